"""Looks at the pages of the Hub that somebody's panel shows: once for all who watch.

Ten admins with the panel open cost the Hub about as much as one: each of their servers is told here
on whom something has changed, and asks the Hub for that alone, with its visitor's own token.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from hub_admin_lab.errors import HubAdminLabError
from hub_admin_lab.hub.models import HubUser, HubUserPage
from hub_admin_lab.models.watching import PageMarks, WatchedPage

# A look takes at most one part in so many of the Hub's only thread, and comes after so many seconds
# at least, as in a single-user server (`hub.live.watcher`). It is less than 2 %: the rest is for
# what the servers of those who watch ask for themselves.
SHARE = 65
PERIOD = 2.0
# Seconds that are waited at most: an answer that takes so long waits for others, it does not cost.
LONGEST = 60.0
# A look that was longer ago than so many of them take is told to nobody: where several pages are
# watched, whoever watches one is better off asking the Hub, as each did alone.
OLD = 2.5
# Seconds since the last question for which somebody counts as watching, and a page as watched.
WATCHES_FOR = 60.0
# Pages that are watched at a time: far more than can be looked at before they are old.
MOST_WATCHED = 100


@dataclass
class _Page:
    """A page that somebody watches: since when nobody asks for it, and how it was when."""

    wanted_at: float
    looked_at: float = -math.inf
    marks: dict[str, str] | None = None


class Watching:
    """Answers who watches, by its last looks.

    It looks for as long as somebody asks, at one page at a time, at that first that it looked at
    longest ago.

    Parameters
    ----------
    ask
        Asks the Hub for a page.
    clock, sleep
        Seconds that only go up, and how to wait; for tests.
    """

    def __init__(
        self,
        ask: Callable[[WatchedPage], Awaitable[HubUserPage]],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._sleep = sleep
        self._pages: dict[WatchedPage, _Page] = {}
        self._watchers: dict[bytes, float] = {}
        self._period = PERIOD
        self._not_before = clock()
        self._looking: asyncio.Task[None] | None = None
        # What a mark is made of nobody can find out by trying.
        self._key = secrets.token_bytes(32)

    def look(self, who: bytes, pages: Sequence[WatchedPage]) -> list[PageMarks | None]:
        """Return how these pages were a moment ago, and look at them from now on.

        Parameters
        ----------
        who
            Whoever asks; to count them.

        Returns
        -------
        list
            In the order of ``pages``; None for one that was not looked at, or too long ago.
        """
        now = self._clock()
        self._watchers[who] = now
        for page in pages:
            if page in self._pages:
                self._pages[page].wanted_at = now
            elif len(self._pages) < MOST_WATCHED:
                self._pages[page] = _Page(now)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look_on())
        return [self._told(self._pages.get(page), now) for page in pages]

    @property
    def watchers(self) -> int:
        """How many watch now."""
        since = self._clock() - WATCHES_FOR
        self._watchers = {who: at for who, at in self._watchers.items() if at >= since}
        return len(self._watchers)

    async def close(self) -> None:
        """Look at nothing any more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def _told(self, page: _Page | None, now: float) -> PageMarks | None:
        if page is None or page.marks is None or now - page.looked_at > OLD * self._period:
            return None
        return PageMarks(marks=page.marks, age=now - page.looked_at)

    async def _look_on(self) -> None:
        """Look at one page after the other for as long as somebody watches."""
        while True:
            rest = self._not_before - self._clock()
            if rest > 0:
                await self._sleep(rest)
            since = self._clock() - WATCHES_FOR
            self._pages = {key: page for key, page in self._pages.items() if page.wanted_at > since}
            if not self._pages:
                return
            await self._look_at(*min(self._pages.items(), key=lambda it: it[1].looked_at))

    async def _look_at(self, key: WatchedPage, page: _Page) -> None:
        """Ask the Hub for a page."""
        begin = self._clock()
        marks = None
        try:
            found = await self._ask(key)
            marks = {user.name: self._mark(user) for user in found.items}
        except HubAdminLabError:
            pass  # whoever watches asks the Hub then, and is told why
        finally:
            page.looked_at, page.marks = begin, marks
            spent = self._clock() - begin
            self._period = max(PERIOD, min(SHARE * spent, LONGEST))
            self._not_before = self._clock() + self._period

    def _mark(self, user: HubUser) -> str:
        text = user.model_dump_json().encode()
        return hashlib.blake2b(text, key=self._key, digest_size=9).hexdigest()
