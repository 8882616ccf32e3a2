"""Where the hub service listens, and the address at which servers reach it."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

from jupyterhub.utils import url_path_join

from hub_admin_lab.hub_config.at_start import hub

PORT = 10101
NAME = "hub-admin-lab"


def listen_at() -> str:
    """Return where the service listens unless the operator says otherwise.

    On this machine only, as the Hub's proxy is on it too. In Zero to JupyterHub the proxy is in a
    pod of its own, and reaches the pod of the Hub, where the service runs, at that pod's address.

    Raises
    ------
    ValueError
        The pod's address cannot be found.
    """
    host = "127.0.0.1"
    if in_zero_to_jupyterhub():
        host = _own_address()
    return f"http://[{host}]:{PORT}" if ":" in host else f"http://{host}:{PORT}"


def _own_address() -> str:
    """Return the address of this pod: of two kinds the one that more programs understand."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:
        raise ValueError(
            "configure(c, service=True) cannot find the address of the Hub's pod, at which the"
            f" proxy reaches the service. Say it: service_address='http://0.0.0.0:{PORT}', or"
            f" 'http://[::]:{PORT}' where there is only IPv6."
        ) from None
    best = min(found, key=lambda each: each[0] != socket.AF_INET)
    return str(best[4][0])


def in_zero_to_jupyterhub() -> bool:
    """Return whether this is the Hub of that chart, whose config file uses a module of its own."""
    return "z2jh" in sys.modules


class ServiceUrl:
    """A callable for ``Spawner.environment``: the service's address as that server reaches it.

    Parameters
    ----------
    given
        By the operator, for all servers.
    listens
        Where the service listens.
    """

    def __init__(self, given: str | None, listens: str) -> None:
        self.given = given
        self.listens = listens

    def __deepcopy__(self, memo: dict[int, Any]) -> ServiceUrl:
        return self

    def __call__(self, spawner: Any) -> str:
        """Return the address for the server that is about to start."""
        if self.given:
            return self.given
        path: str = url_path_join(spawner.hub.base_url[:-4], "services", NAME)
        return self._origin(spawner) + path

    def _origin(self, spawner: Any) -> str:
        # As the Hub itself tells the server where its API is.
        hubs = urlsplit(getattr(spawner, "hub_connect_url", None) or spawner.hub.api_url)
        host = hubs.hostname or ""
        if _is_here(host) and not spawner.internal_ssl:
            # A server that finds the Hub on its own machine finds the service there as well,
            # whatever names, certificates and ports lie between them and the world.
            return self.listens
        if in_zero_to_jupyterhub():
            return _proxy_of_the_chart()
        return _proxy(spawner, host)


def _proxy(spawner: Any, hub_host: str) -> str:
    """Return the address of the Hub's proxy for a server that is elsewhere."""
    service = spawner.user.settings.get("services", {}).get(NAME)
    if service is not None and service.host:
        return str(service.host)  # with subdomains each service has a name of its own
    app = hub()
    public = urlsplit(spawner.public_hub_url or "")
    if public.netloc and not app.proxy.should_start:
        # What the Hub listens at says nothing of a proxy that it does not run.
        return f"{public.scheme}://{public.netloc}"
    bound = urlsplit(app.bind_url)
    host = bound.hostname or ""
    if _is_here(host) or host in ("", "0.0.0.0", "::"):  # noqa: S104
        host = hub_host  # on every address of the Hub's machine
    port = f":{bound.port}" if bound.port else ""
    return f"{bound.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _proxy_of_the_chart() -> str:
    """Return the address of Zero to JupyterHub's proxy, which its network policies let servers use.

    https://z2jh.jupyter.org/en/stable/resources/reference.html
    """
    z2jh: Any = sys.modules["z2jh"]
    hosts = z2jh.get_config("proxy.https.hosts") or []
    encrypts = z2jh.get_config("proxy.https.enabled")
    if hosts and encrypts and z2jh.get_config("proxy.https.type") != "offload":
        return f"https://{hosts[0]}"
    return f"http://{z2jh.get_name('proxy-public')}"


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
