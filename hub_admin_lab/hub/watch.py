"""One server on its way: what happens to it, told to everybody who looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from hub_admin_lab.models import ProgressEvent


class Watch:
    """The events of one server that starts or restarts, from one reader to any number.

    Whoever comes late gets the newest event first, then all that follow. The last one says
    ``ready`` or ``failed``.

    Parameters
    ----------
    tell
        Gets each event too.
    """

    def __init__(self, tell: Callable[[ProgressEvent], None] | None = None) -> None:
        self._tell = tell
        self._events: list[ProgressEvent] = []
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
        if self._tell is not None:
            self._tell(event)
        self._news.set()
        self._news = asyncio.Event()

    async def events(self) -> AsyncIterator[ProgressEvent]:
        """Yield the newest event, and each that follows, up to the last."""
        seen = max(len(self._events) - 1, 0)
        while True:
            while seen < len(self._events):
                event = self._events[seen]
                seen += 1
                yield event
                if event.ready or event.failed:
                    return
            await self._news.wait()
