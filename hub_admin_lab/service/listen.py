"""Where the service listens, as the Hub has told it."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl

from tornado.netutil import bind_sockets, bind_unix_socket

from hub_admin_lab.service.settings import ServiceSettings, SettingsError

# How often and after how many seconds it is tried again to listen: the service of a Hub that was
# killed goes on for a moment.
_TRIES = 10
_PAUSE = 1.0
# Connections that may wait to be taken. tornado's 128 are what 10,000 servers make in less than a
# second; each one beyond that is tried again, for seconds.
BACKLOG = 1024


async def sockets(settings: ServiceSettings) -> list[socket.socket]:
    """Return the sockets, bound.

    Raises
    ------
    OSError
        Something else listens there, or it is no address of this machine.
    """
    for _ in range(_TRIES):
        try:
            return _bind(settings)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        await asyncio.sleep(_PAUSE)
    return _bind(settings)


def _bind(settings: ServiceSettings) -> list[socket.socket]:
    if settings.socket is not None:
        return [bind_unix_socket(settings.socket, backlog=BACKLOG)]
    return bind_sockets(settings.port, address=settings.host, backlog=BACKLOG)


def tls_context() -> ssl.SSLContext:
    """Return the context by the certificates that a Hub with ``internal_ssl`` gives.

    Who connects has to show one of the Hub's certificates too:
    https://jupyterhub.readthedocs.io/en/stable/explanation/websecurity.html

    Raises
    ------
    SettingsError
        The Hub gave none.
    OSError
        They cannot be read.
    """
    environ = os.environ
    certificate, key = environ.get("JUPYTERHUB_SSL_CERTFILE"), environ.get("JUPYTERHUB_SSL_KEYFILE")
    if not (certificate and key):
        raise SettingsError(
            "JUPYTERHUB_SERVICE_URL begins with https, but the Hub gave no certificates. It does"
            " with c.JupyterHub.internal_ssl = True; without it give the service an http address."
        )
    context = ssl.create_default_context(
        ssl.Purpose.CLIENT_AUTH, cafile=os.environ.get("JUPYTERHUB_SSL_CLIENT_CA") or None
    )
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED
    return context
