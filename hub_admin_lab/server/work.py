"""Kernels that run code: since when, and that they keep this server alive meanwhile.

JupyterHub asks a server for its last activity and knows nothing of kernels. A kernel that
computes without a word looks idle to it, and the server is stopped under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jupyter_server.gateway.managers import GatewayMappingKernelManager
from tornado import web
from tornado.ioloop import PeriodicCallback

from hub_admin_lab.idle.work import work_is_protected

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

ACTIVITY = "hub_admin_lab"  # our key among `last_activity_times`
_KERNEL_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"


class _BusyKernel:
    """One kernel, and since when it runs code."""

    def __init__(
        self, kernel: Any, now: Callable[[], datetime], on_busy: Callable[[], None]
    ) -> None:
        self.kernel = kernel
        self.since: datetime | None = None
        self._now = now
        self._on_busy = on_busy
        # Managers of single kernels that are not jupyter_server's have no such trait; those are
        # looked at now and then, and short cells in a row may then look like one long one.
        self._observed = kernel.has_trait("execution_state")
        if self._observed:
            kernel.observe(self._changed, "execution_state")

    def look(self) -> None:
        state = getattr(self.kernel, "execution_state", None)
        self._is(state == "busy")

    def release(self) -> None:
        if self._observed:
            self.kernel.unobserve(self._changed, "execution_state")

    def _changed(self, change: Mapping[str, Any]) -> None:
        self._is(change["new"] == "busy")

    def _is(self, busy: bool) -> None:
        if not busy:
            self.since = None
        elif self.since is None:
            self.since = self._now()
            self._on_busy()


class BusyKernels:
    """Which kernels run code, told by their own state changes.

    Parameters
    ----------
    on_busy
        Called whenever one becomes busy.
    """

    def __init__(
        self, serverapp: ServerApp, now: Callable[[], datetime], on_busy: Callable[[], None]
    ) -> None:
        self._manager: Any = serverapp.kernel_manager
        self._events: Any = serverapp.event_logger
        self._now = now
        self._on_busy = on_busy
        self._kernels: dict[str, _BusyKernel] = {}
        self._listening = False

    def start(self) -> None:
        """Notice each kernel as it starts."""
        self.refresh()
        self._events.add_listener(schema_id=_KERNEL_ACTIONS, listener=self._kernel_action)
        self._listening = True

    def stop(self) -> None:
        """Let go of all kernels."""
        if self._listening:
            self._events.remove_listener(schema_id=_KERNEL_ACTIONS, listener=self._kernel_action)
            self._listening = False
        for kernel in self._kernels.values():
            kernel.release()
        self._kernels.clear()

    def refresh(self) -> None:
        """Notice kernels that came without an event, and forget those that are gone."""
        present = {i: self._manager.get_kernel(i) for i in self._manager.list_kernel_ids()}
        for kernel_id, watched in list(self._kernels.items()):
            if present.get(kernel_id) is not watched.kernel:
                watched.release()
                del self._kernels[kernel_id]
        for kernel_id, kernel in present.items():
            if kernel_id not in self._kernels:
                self._kernels[kernel_id] = _BusyKernel(kernel, self._now, self._on_busy)
            self._kernels[kernel_id].look()

    def since(self, kernel_id: str) -> datetime | None:
        """Return when a kernel became busy; None unless it is."""
        kernel = self._kernels.get(kernel_id)
        return None if kernel is None else kernel.since

    def all_since(self) -> list[datetime]:
        """Return for each busy kernel when it became busy."""
        return [k.since for k in self._kernels.values() if k.since is not None]

    async def _kernel_action(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        self.refresh()


class RunningWork:
    """Reports running code as activity of this server.

    Parameters
    ----------
    busy_max
        Seconds that one cell may keep the server; None: for ever.
    activity_interval
        Seconds between two reports of this server to the Hub.
    """

    def __init__(
        self,
        serverapp: ServerApp,
        now: Callable[[], datetime],
        *,
        busy_max: int | None,
        activity_interval: int,
    ) -> None:
        self.busy = BusyKernels(serverapp, now, self.report)
        self._manager: Any = serverapp.kernel_manager
        self._settings = serverapp.web_app.settings
        self._log = serverapp.log
        self._now = now
        self._busy_max = busy_max
        self._enabled = False
        self.period = max(1.0, min(60.0, activity_interval / 5))
        self._timer: PeriodicCallback | None = None

    def enable(self, enabled: bool) -> None:
        """Begin or end to report; what was reported stays as it is, a moment in the past."""
        self._enabled = enabled
        self.report()

    def start(self) -> None:
        """Look at all kernels now, and again and again."""
        self.busy.start()
        self._timer = PeriodicCallback(self.check, self.period * 1000)
        self._timer.start()

    def stop(self) -> None:
        """Stop looking."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.busy.stop()

    async def check(self) -> None:
        """Look at all kernels and report if any runs code."""
        if isinstance(self._manager, GatewayMappingKernelManager):
            await self._ask_gateway()
        self.busy.refresh()
        self.report()

    async def _ask_gateway(self) -> None:
        """Bring the kernels' states up to date: a gateway tells them only to who asks."""
        try:
            await self._manager.list_kernels()
        except (web.HTTPError, OSError) as error:
            self._log.debug("The gateway does not answer; its kernels' states are old: %s", error)

    def report(self) -> None:
        """Report activity if protected work is under way: always now, never a time to come.

        The Hub takes a time in the future as given and ignores real activity until then.
        """
        now = self._now()
        if self._enabled and work_is_protected(self.busy.all_since(), self._busy_max, now):
            self._settings["last_activity_times"][ACTIVITY] = now
