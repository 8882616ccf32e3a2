"""The server extension: its settings, and the one place that puts its parts together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Float, Integer, Unicode, default

from hub_admin_lab import __version__
from hub_admin_lab.hub.connection import HubConnection
from hub_admin_lab.record import ActionRecorder, NewsTeller
from hub_admin_lab.routes import routes
from hub_admin_lab.server.config import IdleConfig
from hub_admin_lab.server.culling import ServerCulling
from hub_admin_lab.server.presence import Presence

if TYPE_CHECKING:
    from jupyter_events import EventLogger
    from jupyter_server.serverapp import ServerApp

    from hub_admin_lab.agent.agent import Agent
    from hub_admin_lab.hub.parts import HubParts

# `same-origin` would close the windows that notebooks open on purpose; this value cuts only the
# tie to whoever opened this page (rule 2 of the design).
OPENER_POLICY = "noopener-allow-popups"


class HubAdminLab(IdleConfig, ExtensionApp):
    """Hub Admin Lab: everybody's servers on a JupyterHub, from inside JupyterLab."""

    name = "hub_admin_lab"
    version = __version__
    description = "Take care of everybody's servers on a JupyterHub, from inside JupyterLab."
    load_other_extensions = True

    hub_concurrency = Integer(
        10,
        min=1,
        help="""How many questions to the Hub may be under way at once. Starts and stops of many
        servers have a pace of their own: 10 at a time, up to 25 while the Hub answers others
        promptly, fewer while it does not.""",
    ).tag(config=True)

    hub_timeout = Integer(
        30,
        min=1,
        help="""Seconds that the Hub may take to answer. A start or a stop gets twice as much:
        the Hub itself waits up to 10 s for it before it answers that it is under way.""",
    ).tag(config=True)

    live_period = Float(
        2.0,
        min=0.01,
        help="""Seconds between two looks at the servers that are in view in a panel, at least.
        Where the Hub takes long to answer it is more: 50 times as long as it took.""",
    ).tag(config=True)

    settings_file = Unicode(
        help="""Where settings that a person saved are kept. One file per server, readable by its
        owner only."""
    ).tag(config=True)

    set_opener_policy = Bool(
        True,
        help=f"""Send `Cross-Origin-Opener-Policy: {OPENER_POLICY}` with every page of this server,
        so that a page of another server which opened it, or which it opened, has no hold on it.
        A value that the operator set in `ServerApp.tornado_settings` wins.""",
    ).tag(config=True)

    @default("settings_file")
    def _default_settings_file(self) -> str:
        server_name = os.environ.get("JUPYTERHUB_SERVER_NAME", "")
        name = f"settings-{quote(server_name, safe='')}.json" if server_name else "settings.json"
        return str(Path(jupyter_data_dir()) / "hub_admin_lab" / name)

    def initialize_settings(self) -> None:
        """Build the parts; nothing is started yet."""
        server = cast("ServerApp", self.serverapp)  # linked before it is initialized
        self.hub = HubConnection.from_environment(server.identity_provider, os.environ)
        self._hub_parts: HubParts | None = None
        self._recorder = ActionRecorder(cast("EventLogger", server.event_logger), self.log)
        if self.hub is not None and self.hub.hub_auth is None:
            self.log.warning(
                "Hub Admin Lab: this kind of single-user server does not say who its visitors are."
                " Leave JUPYTERHUB_SINGLEUSER_EXTENSION and JUPYTERHUB_SINGLEUSER_APP unset."
            )
        self.culling = ServerCulling(server, self, Path(self.settings_file), self._recorder)
        self.presence = Presence()
        self.agent = self._build_agent(server)
        if self.set_opener_policy:
            headers = server.web_app.settings.setdefault("headers", {})
            headers.setdefault("Cross-Origin-Opener-Policy", OPENER_POLICY)

    def hub_parts(self) -> HubParts | None:
        """Return what asks the Hub, built at the first call; None where there is nothing to ask."""
        if self.hub is None or self.hub.hub_auth is None:
            return None
        if self._hub_parts is None:
            from hub_admin_lab.hub.parts import build  # not at the top: see handlers/lazy.py

            self._hub_parts = build(
                self.hub,
                self._recorder,
                self.log,
                concurrency=self.hub_concurrency,
                timeout=self.hub_timeout,
                live_period=self.live_period,
            )
        return self._hub_parts

    def _build_agent(self, server: ServerApp) -> Agent | None:
        """Return what reports to the hub service; None where there is none."""
        url = os.environ.get("HUB_ADMIN_LAB_SERVICE_URL", "")
        token = os.environ.get("JUPYTERHUB_API_TOKEN", "")
        user = os.environ.get("JUPYTERHUB_USER", "")
        if not (url and token and user):
            return None
        # Only here: most servers that load this extension belong to no such hub.
        from hub_admin_lab.agent.agent import Agent
        from hub_admin_lab.agent.connection import ServiceConnection
        from hub_admin_lab.agent.here import Here

        try:
            connection = ServiceConnection(url, version=__version__)
        except ValueError as error:
            self.log.warning(
                "Hub Admin Lab: HUB_ADMIN_LAB_SERVICE_URL is ignored: it is %s.", error
            )
            return None
        news = NewsTeller(cast("EventLogger", server.event_logger))
        here = Here(
            user=user,
            server=os.environ.get("JUPYTERHUB_SERVER_NAME", ""),
            version=__version__,
            look=self.culling.inventory.look,
            take_rules=self.culling.take_rules,
            stop_kernel=self.culling.actions.stop_kernel,
            presence=self.presence,
            stops=self.culling.actions.stops,
        )
        return Agent(connection, here, own_token=token, log=self.log, on_news=news.tell)

    def initialize_handlers(self) -> None:
        """Add the routes of the API."""
        self.handlers.extend(routes(self))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Start what runs by itself, once the server's event loop runs."""
        self.culling.start()
        if self.agent is not None:
            self.agent.start()

    async def stop_extension(self) -> None:
        """Stop what runs by itself and close the connections to the Hub and the service."""
        if self.agent is not None:
            await self.agent.stop()
        self.culling.stop()
        if self._hub_parts is not None:
            await self._hub_parts.close()
