"""This server's terminals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from hub_admin_lab.errors import HubAdminLabError
from hub_admin_lab.idle.terminals import TerminalFacts
from hub_admin_lab.server.theirs import Theirs, park, read

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_TRAITS = {
    "terminals.idle_timeout": "cull_inactive_timeout",
    "terminals.interval": "cull_interval",
}
_DEFAULTS = {
    "terminals.idle_timeout": Theirs(0, explicit=False),
    "terminals.interval": Theirs(300, explicit=False),
}


class Terminals:
    """The terminals of this server, from the moment that their extension is loaded.

    Attributes
    ----------
    not_adjustable
        Why their culling cannot be set here, as a sentence; None where it can.
    theirs
        What is set for the manager's own culling, by field.
    """

    def __init__(self, serverapp: ServerApp) -> None:
        self._serverapp = serverapp
        self._manager: Any = None
        self.not_adjustable: str | None = "This server has no terminals."
        self.theirs = dict(_DEFAULTS)

    def find(self) -> bool:
        """Take over a terminal manager that appeared since; return whether one did.

        Extensions are loaded in the order of their names, so that of the terminals comes later
        than this one.
        """
        manager = self._serverapp.web_app.settings.get("terminal_manager")
        if manager is None or manager is self._manager:
            return False
        self._manager = manager
        self.not_adjustable = _not_adjustable(manager)
        if self.not_adjustable is None:
            self.theirs = {field: read(manager, trait) for field, trait in _TRAITS.items()}
            park(manager, "cull_inactive_timeout")
        return True

    def count(self) -> int:
        """Return how many there are."""
        return len(getattr(self._manager, "terminals", ()))

    def facts(self) -> list[TerminalFacts]:
        """Return what is known of each."""
        return [
            TerminalFacts(name, _last_activity(terminal))
            for name, terminal in list(getattr(self._manager, "terminals", {}).items())
        ]

    async def stop(self, name: str) -> None:
        """Stop a terminal and what runs in it.

        Raises
        ------
        HubAdminLabError
            It does not stop.
        """
        terminal = self._manager.terminals[name]
        await self._manager.terminate(name, force=True)
        if terminal.ptyproc.isalive():
            raise HubAdminLabError("The terminal did not stop.")


def _not_adjustable(manager: Any) -> str | None:
    # Imported here: terminals are an extension of their own, which may not be installed.
    from jupyter_server_terminals.terminalmanager import TerminalManager

    own = ("_initialize_culler", "_cull_terminals", "_cull_inactive_terminal")
    if not isinstance(manager, TerminalManager) or any(
        getattr(type(manager), name, None) is not getattr(TerminalManager, name, None)
        for name in own
    ):
        return (
            f"The terminals of this server are managed by {type(manager).__name__}, which stops"
            " idle ones by itself; their idle limits are set there."
        )
    return None


def _last_activity(terminal: Any) -> datetime | None:
    last_activity: datetime | None = getattr(terminal, "last_activity", None)
    return last_activity
