"""One server on its way: what happens to it, told to everybody who looks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from hub_admin_lab.models import ProgressEvent

# Events that are kept for a reader who is behind; a spawner can tell without end.
KEEP = 100


class Watch:
    """The events of one server that starts or restarts, from one reader to any number.

    Whoever comes late gets the newest event first, then all that follow, but of those that nobody
    read in time only the newest ones. The last one says ``ready`` or ``failed``.

    Parameters
    ----------
    tell
        Gets each event too.
    """

    def __init__(self, tell: Callable[[ProgressEvent], None] | None = None) -> None:
        self._tell = tell
        self._events: deque[ProgressEvent] = deque(maxlen=KEEP)
        self._told = 0
        self._news = asyncio.Event()

    @property
    def outcome(self) -> ProgressEvent | None:
        """The last event, once it is over."""
        last = self._events[-1] if self._events else None
        return last if last is not None and (last.ready or last.failed) else None

    def publish(self, event: ProgressEvent) -> None:
        """Tell an event to everybody; none comes after the last."""
        if self.outcome is not None:
            return
        self._events.append(event)
        self._told += 1
        if self._tell is not None:
            self._tell(event)
        self._news.set()
        self._news = asyncio.Event()

    async def events(self) -> AsyncIterator[ProgressEvent]:
        """Yield the newest event, and each that follows, up to the last."""
        seen = max(self._told - 1, 0)
        while True:
            while seen < self._told:
                behind = min(self._told - seen, len(self._events))
                event = self._events[-behind]
                seen = self._told - behind + 1
                yield event
                if event.ready or event.failed:
                    return
            await self._news.wait()
