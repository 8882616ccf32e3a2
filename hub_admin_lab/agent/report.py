"""What is reported, as `hub_admin_lab.models.report.CheckIn` has it, within its bounds."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub_admin_lab.agent.ages import Ages
from hub_admin_lab.agent.here import Here
from hub_admin_lab.idle.here import Seen
from hub_admin_lab.idle.kernels import STATES, KernelFacts

# The bounds of the model, which is not loaded here: it would bring pydantic along.
MOST_KERNELS = 100
MOST_TERMINALS = 100
MOST_STOPS = 100
MOST_DONE = 100
MOST_NOTICES = 100
LONGEST_AGE = 10 * 365 * 86400
_MOST_CONNECTIONS = 1_000_000
_MOST_LEFT_OUT = 1_000_000


@dataclass(frozen=True)
class Report:
    """One report, and what of this server's own lists is in it."""

    body: dict[str, Any]
    last_stop: int
    done: tuple[str, ...]
    seen_notices: tuple[str, ...]


class Reports:
    """Makes the reports of this run of the server.

    Parameters
    ----------
    clock
        Monotonic seconds.
    """

    def __init__(self, here: Here, clock: Callable[[], float]) -> None:
        self._here = here
        self._ages = Ages(clock)
        self._run = secrets.token_hex(16)
        self._sequence = 0
        self._done: dict[str, dict[str, Any]] = {}
        self._seen_notices: dict[str, None] = {}

    def add_done(self, request: str, *, ok: bool, message: str = "") -> None:
        """Report how something ended that was asked for, until the service took it."""
        self._done[request] = {"id": request, "ok": ok, "message": _text(message, 500)}

    def add_seen(self, notice: str) -> None:
        """Report that a notice was seen, until the service took it."""
        self._seen_notices[notice] = None

    def was_seen(self, notice: str) -> bool:
        """Return whether that is still to be reported."""
        return notice in self._seen_notices

    async def make(self) -> Report:
        """Return the next report."""
        seen = await self._here.look()
        stops = self._here.stops.unnoted()[:MOST_STOPS]
        done = tuple(self._done)[:MOST_DONE]
        notices = tuple(self._seen_notices)[:MOST_NOTICES]
        self._sequence += 1
        body = {
            "user": self._here.user,
            "server": self._here.server,
            "run": self._run,
            "sequence": self._sequence,
            "version": self._here.version,
            **self._goings_on(seen),
            "presence_seconds": _age(self._here.presence.seconds()),
            "tabs": self._here.presence.pages(),
            "protects_work": seen.protects_work,
            "stops": [
                {
                    "id": str(number),
                    "kind": stop.kind,
                    "name": _text(stop.name, 1000),
                    "reason": _text(stop.reason, 500),
                    "outcome": stop.outcome,
                }
                for number, stop in stops
            ],
            "done": [self._done[request] for request in done],
            "seen_notices": list(notices),
        }
        return Report(body, stops[-1][0] if stops else 0, done, notices)

    def taken(self, report: Report) -> None:
        """Forget what the service now knows."""
        self._here.stops.noted(report.last_stop)
        for request in report.done:
            self._done.pop(request, None)
        for notice in report.seen_notices:
            self._seen_notices.pop(notice, None)

    def _goings_on(self, seen: Seen) -> dict[str, Any]:
        # Those that run code first, then those that may be in use, then those that were used last:
        # what is left out is what matters least.
        kernels = sorted(
            seen.kernels,
            key=lambda kernel: (
                kernel.state == "busy",
                kernel.state not in STATES,
                _used(kernel.last_activity),
            ),
            reverse=True,
        )
        terminals = sorted(seen.terminals, key=lambda t: _used(t.last_activity), reverse=True)
        ages = self._ages.of(
            {
                "work": seen.worked_at,
                **{f"kernel {k.id}": k.last_activity for k in kernels},
                **{f"busy {k.id}": k.busy_since for k in kernels},
                **{f"terminal {t.name}": t.last_activity for t in seen.terminals},
            },
            seen.at,
        )
        return {
            "kernels": [
                self._kernel(kernel, seen.paths.get(kernel.id), ages)
                for kernel in kernels[:MOST_KERNELS]
            ],
            "terminals": [
                {"name": _text(t.name, 255), "idle_seconds": _age(ages[f"terminal {t.name}"])}
                for t in terminals[:MOST_TERMINALS]
            ],
            "left_out": min(
                _MOST_LEFT_OUT,
                max(0, len(kernels) - MOST_KERNELS) + max(0, len(seen.terminals) - MOST_TERMINALS),
            ),
            "left_out_busy": any(k.state == "busy" for k in kernels[MOST_KERNELS:]),
            "work_seconds": _age(ages["work"]),
        }

    def _kernel(
        self, kernel: KernelFacts, path: str | None, ages: dict[str, float | None]
    ) -> dict[str, Any]:
        busy = kernel.state == "busy"
        idle = ages[f"kernel {kernel.id}"]
        since = ages[f"busy {kernel.id}"]
        return {
            "id": _text(kernel.id, 100),
            "name": _text(kernel.name, 255),
            "path": None if path is None else _text(path, 1000),
            "state": _text(kernel.state or "unknown", 30),
            "idle_seconds": _age(idle),
            # Busy before it was looked at the first time: since its last message, at most.
            "busy_seconds": _age(idle if since is None else since) if busy else None,
            "connections": min(max(0, kernel.connections), _MOST_CONNECTIONS),
        }


def _used(moment: datetime | None) -> float:
    """Return a moment as a number; of what does not say when, it may be right now."""
    return math.inf if moment is None else moment.timestamp()


def _age(seconds: float | None) -> float | None:
    return None if seconds is None else round(min(max(0.0, seconds), LONGEST_AGE), 3)


def _text(text: str, most: int) -> str:
    """Return a text as the service takes it.

    A path on a disk need not be text: what is no Unicode in it would make the whole report void.
    """
    return str(text).encode("utf-8", "replace").decode("utf-8")[:most]
