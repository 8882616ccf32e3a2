"""What this server stopped by itself, until somebody took note of it."""

from __future__ import annotations

from collections import deque

from hub_admin_lab.idle.here import Stop

_MOST = 100


class Stops:
    """The last stops, the oldest first."""

    def __init__(self) -> None:
        self._stops: deque[tuple[int, Stop]] = deque(maxlen=_MOST)
        self._count = 0

    def add(self, stop: Stop) -> None:
        """Add one; where nobody takes note for long, the oldest are lost."""
        self._count += 1
        self._stops.append((self._count, stop))

    def unnoted(self) -> list[tuple[int, Stop]]:
        """Return those that nobody took note of, each with its number in this run."""
        return list(self._stops)

    def noted(self, number: int) -> None:
        """Forget those up to this one."""
        while self._stops and self._stops[0][0] <= number:
            self._stops.popleft()
