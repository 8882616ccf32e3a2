"""What goes on in this server, as it is reported to the hub service."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from hub_admin_lab.idle.here import Seen
from hub_admin_lab.server.applications import Applications
from hub_admin_lab.server.kernels import Kernels
from hub_admin_lab.server.terminals import Terminals
from hub_admin_lab.server.work import ACTIVITY

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

# Seconds after which a notebook may have been renamed. A gateway is asked for each of them.
_PATHS_HOLD = 60.0


class Inventory:
    """Looks at this server, without that being activity.

    Parameters
    ----------
    protects_work
        Whether a busy kernel keeps this server.
    clock
        Monotonic seconds, for tests.
    """

    def __init__(
        self,
        serverapp: ServerApp,
        kernels: Kernels,
        terminals: Terminals,
        *,
        protects_work: Callable[[], bool],
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._serverapp: Any = serverapp
        self._settings = serverapp.web_app.settings
        self._kernels = kernels
        self._terminals = terminals
        self._protects_work = protects_work
        self._now = now
        self._clock = clock
        self.applications = Applications(now)
        self._paths: Mapping[str, str] = {}
        self._paths_of: frozenset[str] = frozenset()
        self._paths_at = 0.0

    async def look(self) -> Seen:
        """Return what goes on."""
        self.applications.find()
        paths = await self._known_paths()
        return Seen(
            at=self._now(),
            kernels=tuple(self._kernels.facts()),
            paths=paths,
            terminals=tuple(self._terminals.facts()),
            worked_at=self._worked_at(),
            protects_work=self._protects_work(),
        )

    async def _known_paths(self) -> Mapping[str, str]:
        ids = frozenset(self._kernels.ids())
        if not ids:
            return {}
        if ids != self._paths_of or self._clock() - self._paths_at > _PATHS_HOLD:
            self._paths = await self._kernels.paths()
            self._paths_of = ids
            self._paths_at = self._clock()
        return self._paths

    def _worked_at(self) -> datetime | None:
        """Return when others than we, and than a page that is just open, were last at work.

        Not ``api_last_activity``: JupyterLab asks for kernels and terminals every ten seconds
        while it is in view, whether somebody is there or not.
        """
        if self._serverapp.extension_manager.any_activity():
            return self._now()
        times = [
            _aware(at)
            for who, at in list(self._settings["last_activity_times"].items())
            if who != ACTIVITY and isinstance(at, datetime)
        ]
        if self.applications.used_at is not None:
            times.append(self.applications.used_at)
        if self.applications.unheard:
            # An open page may keep this server then; somebody who works in RStudio does.
            times.append(self._settings.get("api_last_activity", self._settings["started"]))
        return max(times, default=None)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
