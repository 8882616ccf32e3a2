"""Whether somebody is at work in a page of this server: somebody who types or clicks there."""

from __future__ import annotations

import time
from collections.abc import Callable

# Seconds after which a page that told nothing more is not counted any more; each in which somebody
# is at work tells once a minute, or more often where a server may be idle for a short time only.
_PAGE_LASTS = 150.0
_MOST_PAGES = 100


class Presence:
    """When a page last told that somebody was there.

    Parameters
    ----------
    clock
        Monotonic seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: float | None = None
        self._pages: dict[str, float] = {}

    def told(self, page: str) -> None:
        """Take it from a page, by the name that it gave itself; one without a name counts too."""
        self._at = self._clock()
        self._forget()
        if page in self._pages or len(self._pages) < _MOST_PAGES:
            self._pages[page] = self._at

    def seconds(self) -> float | None:
        """Return how many seconds ago that was; None: never in this run."""
        return None if self._at is None else self._clock() - self._at

    def pages(self) -> int:
        """Return in how many pages somebody was during the last minutes."""
        self._forget()
        return len(self._pages)

    def _forget(self) -> None:
        since = self._clock() - _PAGE_LASTS
        self._pages = {page: at for page, at in self._pages.items() if at > since}
