"""Where this server's Hub is, and who is asking it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub_admin_lab.hub.scopes import Scopes


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf the Hub is asked, with that person's own token.

    Rule 1 of the design: never the server's ``JUPYTERHUB_API_TOKEN``, never a stored secret.

    Attributes
    ----------
    admin
        The Hub calls this person admin.
    at_home
        It is this person's own server.
    """

    name: str
    admin: bool
    at_home: bool
    scopes: Scopes
    token: str = field(repr=False)  # never in a log or a traceback

    def is_like(self, other: Actor) -> bool:
        """Return whether it is the same person with the same scopes, by whichever token.

        Whoever holds a narrower token of somebody must not learn by it what a wider one shows.
        """
        return self.name == other.name and self.scopes.names == other.scopes.names


@dataclass(frozen=True)
class HubConnection:
    """What a single-user server knows of its Hub from the day it was started.

    Attributes
    ----------
    api_url
        The Hub's REST API as this server reaches it, without a slash at the end.
    prefix, host
        The Hub as a browser reaches it: base path, and on a hub with subdomains the host.
    owner, server_name
        Whose server this is, and which of theirs.
    granted
        The scopes that ``configure()`` let this server ask of its visitors.
    access
        The scopes by which the owner may open servers. The visitor's token never holds them
        (rule 3), so this is how the panel knows whom *Open* will work for.
    service_url
        The hub service as this server reaches it, without a slash at the end; empty where there is
        none.
    """

    api_url: str
    prefix: str
    host: str
    owner: str
    server_name: str
    granted: Scopes
    access: Scopes
    service_url: str = ""
    ssl_context: ssl.SSLContext | None = field(repr=False, default=None)
    hub_auth: Any = field(repr=False, default=None)

    @classmethod
    def from_environment(
        cls, identity_provider: Any, environ: Mapping[str, str]
    ) -> HubConnection | None:
        """Return the connection, or None for a server that does not belong to a Hub.

        JupyterHub's older kind of single-user server (``JUPYTERHUB_SINGLEUSER_EXTENSION=0``) does
        not say who its visitors are in a way that this extension understands: there is a
        connection then, without a ``hub_auth``, and nobody is at home.

        Parameters
        ----------
        identity_provider
            The server's identity provider; JupyterHub's own has a ``hub_auth``.
        environ
            The environment that the Hub started this server with.
        """
        owner = environ.get("JUPYTERHUB_USER")
        if not owner:
            return None
        server_name = environ.get("JUPYTERHUB_SERVER_NAME", "")
        hub_auth = getattr(identity_provider, "hub_auth", None)
        if hub_auth is None:
            return cls(
                api_url=environ.get("JUPYTERHUB_API_URL", ""),
                prefix=environ.get("JUPYTERHUB_BASE_URL", "/") + "hub/",
                host=environ.get("JUPYTERHUB_HOST", ""),
                owner=owner,
                server_name=server_name,
                granted=Scopes(),
                access=Scopes(),
            )
        scopes = _scopes_at_start(environ.get("HUB_ADMIN_LAB_SCOPES", ""))
        return cls(
            api_url=hub_auth.api_url.rstrip("/"),
            prefix=hub_auth.hub_prefix,
            host=hub_auth.hub_host,
            owner=owner,
            server_name=server_name,
            granted=Scopes(scopes.get("granted", ())),
            access=Scopes(scopes.get("access", ())),
            service_url=environ.get("HUB_ADMIN_LAB_SERVICE_URL", "").rstrip("/"),
            ssl_context=_ssl_context(hub_auth),
            hub_auth=hub_auth,
        )

    def actor(self, hub_user: Mapping[str, Any], handler: Any) -> Actor:
        """Return who makes a request, from the Hub's answer to who the token is."""
        return Actor(
            name=name_of(hub_user),
            admin=hub_user.get("admin") is True,
            at_home=self.owned_by(hub_user),
            scopes=Scopes(hub_user.get("scopes") or ()),
            token=self.hub_auth.get_token(handler) or "",
        )

    def forget_visitors(self) -> None:
        """Have the Hub asked anew who each visitor is, and what they hold.

        JupyterHub keeps its answer for minutes, and the Hub has just refused something.
        """
        if self.hub_auth is not None:
            self.hub_auth.cache.clear()

    def owned_by(self, hub_user: Mapping[str, Any]) -> bool:
        """Return whether it is this person's server.

        A service of the hub may be named like the owner, and is not the owner.
        """
        return hub_user.get("kind", "user") == "user" and str(hub_user["name"]) == self.owner

    def permissions_outdated(self, actor: Actor) -> bool:
        """Return whether this server was given scopes that its owner does not hold any more."""
        return actor.at_home and not self.granted.names <= actor.scopes.names


def name_of(hub_user: Mapping[str, Any]) -> str:
    """Return what the record calls somebody whom the Hub knows."""
    name = str(hub_user["name"])
    return name if hub_user.get("kind", "user") == "user" else f"service {name}"


def _scopes_at_start(value: str) -> dict[str, list[str]]:
    """Read ``HUB_ADMIN_LAB_SCOPES``; it only decides what is shown, so nonsense counts as none."""
    try:
        scopes = json.loads(value) if value else {}
    except ValueError:
        return {}
    if not isinstance(scopes, dict):
        return {}
    return {
        key: [s for s in names if isinstance(s, str)]
        for key, names in scopes.items()
        if isinstance(names, list)
    }


def _ssl_context(hub_auth: Any) -> ssl.SSLContext | None:
    """Return the context for a Hub with ``internal_ssl``, else None."""
    if not (hub_auth.keyfile and hub_auth.certfile):
        return None
    context = ssl.create_default_context(cafile=hub_auth.client_ca or None)
    context.load_cert_chain(hub_auth.certfile, hub_auth.keyfile)
    return context
