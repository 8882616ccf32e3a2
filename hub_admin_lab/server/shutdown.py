"""This server's own end, when nobody has used it for long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub_admin_lab.idle.shutdown import ServerFacts
from hub_admin_lab.server.kernels import Kernels
from hub_admin_lab.server.terminals import Terminals
from hub_admin_lab.server.theirs import Theirs, read

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_TRAIT = "shutdown_no_activity_timeout"
# As often as jupyter_server looks.
_PERIOD = 60


class Shutdown:
    """This server as something that can be stopped.

    Attributes
    ----------
    theirs
        What is set for jupyter_server's own shutdown, by field.
    """

    def __init__(self, serverapp: ServerApp, kernels: Kernels, terminals: Terminals) -> None:
        self._serverapp: Any = serverapp
        self._kernels = kernels
        self._terminals = terminals
        self.theirs: dict[str, Theirs] = {"server.idle_timeout": read(serverapp, _TRAIT)}
        # Off, because jupyter_server decides whether it looks at all only after it has loaded its
        # extensions. If it looked already, 0 would stop the server the next time (rule 7).
        serverapp.shutdown_no_activity_timeout = 0

    def facts(self) -> ServerFacts:
        """Return what is known of this server."""
        return ServerFacts(
            kernels=self._kernels.count(),
            terminals=self._terminals.count(),
            other_work=bool(self._serverapp.extension_manager.any_activity()),
            last_activity=self._serverapp.web_app.last_activity(),
        )

    def stop(self) -> None:
        """Stop this server as Ctrl-C does: kernels, terminals and extensions get to clean up."""
        self._serverapp.stop()


def look_every(idle_timeout: int | None) -> int | None:
    """Return how often to look, in seconds."""
    return None if idle_timeout is None else min(idle_timeout, _PERIOD)
