"""What is done to kernels, terminals and this server, each with its record (rule 8)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from types import TracebackType
from typing import Literal

from tornado import web

from hub_admin_lab.errors import HubAdminLabError, NotFound
from hub_admin_lab.idle.decision import Decision
from hub_admin_lab.idle.here import Stop
from hub_admin_lab.record import ActionRecorder
from hub_admin_lab.server.kernels import Kernels
from hub_admin_lab.server.shutdown import Shutdown
from hub_admin_lab.server.stops import Stops
from hub_admin_lab.server.terminals import Terminals

_CULLER = "hub_admin_lab"


class _Recorded:
    """Records an action as it ends, one way or the other."""

    def __init__(
        self, recorder: ActionRecorder, actor: str, action: str, target: str, reason: str = ""
    ) -> None:
        self._recorder = recorder
        self._what = {"actor": actor, "action": action, "target": target}
        self._reason = reason
        self.outcome = "done"

    def __enter__(self) -> _Recorded:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, NotFound):
            return  # nothing was done to anything
        reason = self._reason
        if error is not None:
            self.outcome = "failed"
            reason = f"{reason}: {_words(error)}" if reason else _words(error)
        self._recorder.record(**self._what, outcome=self.outcome, reason=reason)


class Actions:
    """Acts on kernels, terminals and this server, for a person or for the idle settings.

    Parameters
    ----------
    server
        This server's name in the records.

    Attributes
    ----------
    stops
        What was stopped by the idle settings.
    """

    def __init__(
        self,
        kernels: Kernels,
        terminals: Terminals,
        shutdown: Shutdown,
        recorder: ActionRecorder,
        *,
        server: str,
        log: logging.Logger,
    ) -> None:
        self._kernels = kernels
        self._terminals = terminals
        self._shutdown = shutdown
        self._recorder = recorder
        self._server = server
        self._log = log
        self.stops = Stops()

    # --- by the idle settings -------------------------------------------------------------

    async def cull_kernels(self, due: Mapping[str, Decision]) -> None:
        """Stop these kernels; one that fails does not keep the others."""
        names = await self._kernels.paths() if due else {}
        await self._all(
            "kernel",
            due,
            {i: self.stop_kernel(i, _CULLER, why.cause) for i, why in due.items()},
            names,
        )

    async def cull_terminals(self, due: Mapping[str, Decision]) -> None:
        """Stop these terminals; one that fails does not keep the others."""
        await self._all(
            "terminal", due, {n: self._stop_terminal(n, why.cause) for n, why in due.items()}, {}
        )

    def cull_server(self, decision: Decision) -> None:
        """Stop this server. Recorded first: afterwards there is nobody to do it."""
        self._recorder.record(
            actor=_CULLER,
            action="stop-server",
            target=self._server,
            outcome="pending",
            reason=decision.cause,
        )
        self._shutdown.stop()

    async def _all(
        self,
        what: Literal["kernel", "terminal"],
        due: Mapping[str, Decision],
        stops: Mapping[str, Awaitable[None]],
        names: Mapping[str, str],
    ) -> None:
        # Together: a kernel may take seconds to end, and jupyter_server's own end does it too.
        results = await asyncio.gather(*stops.values(), return_exceptions=True)
        for target, result in zip(stops, results, strict=True):
            if isinstance(result, NotFound):
                continue  # it was gone already
            failed = isinstance(result, BaseException)
            if failed:
                self._log.error("Idle %s %s did not stop.", what, target, exc_info=result)
            self.stops.add(
                Stop(
                    what,
                    names.get(target, target),
                    due[target].cause,
                    "failed" if failed else "done",
                )
            )

    async def _stop_terminal(self, name: str, reason: str) -> None:
        with self._recorded(_CULLER, "stop-terminal", name, reason):
            await self._terminals.stop(name)

    # --- by a person ----------------------------------------------------------------------

    async def stop_kernel(self, kernel_id: str, actor: str, reason: str = "") -> None:
        """Stop a kernel; see ``Kernels.stop``."""
        with self._recorded(actor, "stop-kernel", kernel_id, reason) as record:
            gone = await self._kernels.stop(kernel_id)
            record.outcome = "done" if gone else "pending"

    async def interrupt_kernel(self, kernel_id: str, actor: str) -> None:
        """Interrupt what a kernel runs; see ``Kernels.interrupt``."""
        with self._recorded(actor, "interrupt-kernel", kernel_id):
            await self._kernels.interrupt(kernel_id)

    async def restart_kernel(self, kernel_id: str, actor: str) -> None:
        """Restart a kernel; see ``Kernels.restart``."""
        with self._recorded(actor, "restart-kernel", kernel_id):
            await self._kernels.restart(kernel_id)

    def settings_change(self, actor: str, changes: str) -> _Recorded:
        """Return what records a change of the idle settings as it ends; for ``with``."""
        return self._recorded(actor, "change-idle-settings", self._server, changes)

    def _recorded(self, actor: str, action: str, target: str, reason: str = "") -> _Recorded:
        return _Recorded(self._recorder, actor, action, target, reason)


def _words(error: BaseException) -> str:
    """Return an error in a line; only our own are sure to hold nothing that is secret."""
    if isinstance(error, HubAdminLabError):
        return error.message
    if isinstance(error, web.HTTPError):
        return f"status {error.status_code}"
    return type(error).__name__
