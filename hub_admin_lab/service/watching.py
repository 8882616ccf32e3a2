"""Looks at the pages of the Hub that somebody's panel shows: once for all who watch.

Ten admins with the panel open cost the Hub as much as one: each of their servers is told here on
whom something has changed, and asks the Hub for that alone, with its visitor's own token.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence

from hub_admin_lab.errors import HubAdminLabError, TooManyRequests
from hub_admin_lab.hub.models import HubUser, HubUserPage
from hub_admin_lab.models.watching import WatchedPage

Marks = dict[str, str]
"""By user: what is another one once something about that user has changed."""

# A look takes at most one part in so many of the Hub's only thread, and comes after so many seconds
# at least, as in a single-user server (`hub.live.watcher`). It is less than 2 %: the rest is for
# what the servers of those who watch ask for themselves.
SHARE = 60
PERIOD = 2.0
LONGEST = 60.0
# Seconds that somebody waits: before their request is given up on the way.
PATIENCE = 10.0
# Seconds since their last question for which somebody counts as watching.
WATCHES_FOR = 30.0
# Pages that may wait for their turn: far more than admins who look at the same time.
MOST_WAITING = 500


class _Look:
    """The next look at a page, and how many wait for it."""

    def __init__(self) -> None:
        self.marks: asyncio.Future[Marks] = asyncio.get_running_loop().create_future()
        self.waiting = 0


class Watching:
    """Answers who watches.

    Parameters
    ----------
    ask
        Asks the Hub for a page.
    patience
        Seconds after which whoever waits is told that the Hub was not asked yet.
    clock, sleep
        Seconds that only go up, and how to wait; for tests.
    """

    def __init__(
        self,
        ask: Callable[[WatchedPage], Awaitable[HubUserPage]],
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ask = ask
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        # The next look at each page that somebody waits for, in turn.
        self._next: dict[WatchedPage, _Look] = {}
        self._not_before = clock()
        self._looking: asyncio.Task[None] | None = None
        self._watchers: dict[bytes, float] = {}
        # What a mark is made of nobody can find out by trying.
        self._key = secrets.token_bytes(32)

    async def look(self, who: bytes, pages: Sequence[WatchedPage]) -> list[Marks | None]:
        """Return how the pages are, by looks that begin after this question.

        Parameters
        ----------
        who
            Whoever asks; to count them.

        Returns
        -------
        list
            In the order of ``pages``; None for one whose turn did not come in time.

        Raises
        ------
        HubError
            The Hub did not tell.
        TooManyRequests
            More pages are waited for than the Hub is asked for in any time.
        """
        self._watchers[who] = self._clock()
        looks = [self._next_look(page) for page in pages]
        for look in looks:
            look.waiting += 1
        try:
            await asyncio.wait({look.marks for look in looks}, timeout=self._patience)
        finally:
            for page, look in zip(pages, looks, strict=True):
                self._leave(page, look)
        return [look.marks.result() if look.marks.done() else None for look in looks]

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
        for look in self._next.values():
            look.marks.cancel()

    def _next_look(self, page: WatchedPage) -> _Look:
        look = self._next.get(page)
        if look is None:
            if len(self._next) >= MOST_WAITING:
                raise TooManyRequests("Too many pages are watched at the moment.", PATIENCE)
            look = self._next[page] = _Look()
            if self._looking is None or self._looking.done():
                self._looking = asyncio.get_running_loop().create_task(self._look_on())
        return look

    def _leave(self, page: WatchedPage, look: _Look) -> None:
        """Wait for a look no longer; one that nobody waits for is not worth a turn."""
        look.waiting -= 1
        if look.waiting == 0 and self._next.get(page) is look:
            del self._next[page]

    async def _look_on(self) -> None:
        """Look at one page after the other for as long as somebody waits."""
        while self._next:
            rest = self._not_before - self._clock()
            if rest > 0:
                await self._sleep(rest)
                continue  # by then others may wait
            page = next(iter(self._next))
            look = self._next.pop(page)
            begin = self._clock()
            try:
                look.marks.set_result(self._marks(await self._ask(page)))
            except HubAdminLabError as error:
                look.marks.set_exception(error)
                look.marks.exception()  # whoever waited may have gone
            except asyncio.CancelledError:
                look.marks.cancel()
                raise
            finally:
                spent = self._clock() - begin
                self._not_before = self._clock() + min(max(PERIOD, SHARE * spent), LONGEST)

    def _marks(self, page: HubUserPage) -> Marks:
        return {user.name: self._mark(user) for user in page.items}

    def _mark(self, user: HubUser) -> str:
        text = user.model_dump_json().encode()
        return hashlib.blake2b(text, key=self._key, digest_size=9).hexdigest()
