"""What has changed on the pages in view, by the hub service, which looks once for all who watch."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Container, Iterable, Sequence

from pydantic import ValidationError

from hub_admin_lab.errors import ServiceError
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.live.rows import question
from hub_admin_lab.hub.relay import Ask
from hub_admin_lab.hub.scopes import WATCH
from hub_admin_lab.models import LiveWindow
from hub_admin_lab.models.watching import (
    MOST_PAGES,
    PageMarks,
    Watched,
    WatchedPage,
    WatchRequest,
)

# Seconds for an answer, which the service gives at once; and for which it is not asked again if it
# gives none, or refuses.
PATIENCE = 2.0
ALONE = 60.0
# What all who watch together ask of the Hub besides, as one part in so many of its thread: pages of
# those who are active and not in view; whole pages in view, for the service may not see all that
# there is to see, who is an admin, say; and, again, those in view who are on no page.
WALK_SHARE = 400
WHOLE_SHARE = 1500
SINGLE_SHARE = 200
# More changes on a page than this are asked for by the whole page, not for each user alone.
MANY = 6
# Whoever scrolls through a large hub comes by everybody.
MOST_MARKS = 10_000


class Seldom:
    """Something that is asked so seldom that it takes one part in so many of the Hub's thread.

    Parameters
    ----------
    share
        That number.
    """

    def __init__(self, share: int, clock: Callable[[], float]) -> None:
        self._share = share
        self._clock = clock
        self._not_before = -math.inf

    @property
    def is_due(self) -> bool:
        """Whether it is to be asked."""
        return self._clock() >= self._not_before

    def took(self, seconds: float, watchers: int) -> None:
        """Have it asked again after a pause that suits what it took, times those who ask it."""
        self._not_before = self._clock() + self._share * seconds * watchers

    def hurry(self) -> None:
        """Have it asked the next time."""
        self._not_before = -math.inf


class SharedLooks:
    """Asks the service on whom something has changed, and remembers what was told.

    Parameters
    ----------
    ask
        Asks the service; None where there is none.
    clock
        Seconds, for tests.

    Attributes
    ----------
    watchers
        How many watch by the service, this one included; None: this one watches by itself.
    walk, single
        When to ask besides: for a page of the walk, and for somebody in view who is on no page.
    """

    def __init__(self, ask: Ask | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._not_before = -math.inf
        # Of those whom the Hub was asked for after the look that the mark is of.
        self._marks: dict[str, str] = {}
        # When all of a page was asked for last; and the page of which that is due in this turn.
        self._whole_at: dict[LiveWindow, float] = {}
        self._due: LiveWindow | None = None
        self.watchers: int | None = None
        self.walk = Seldom(WALK_SHARE, clock)
        self._whole = Seldom(WHOLE_SHARE, clock)
        self.single = Seldom(SINGLE_SHARE, clock)

    async def look(
        self, actor: Actor, windows: Sequence[LiveWindow]
    ) -> dict[LiveWindow, PageMarks]:
        """Return these pages as the service saw them a moment ago; those that it can tell of."""
        watched = None
        if self._clock() >= self._not_before and windows:
            watched = await self._watched(actor, windows[:MOST_PAGES])
        if watched is None:
            self.clear()
            return {}
        self.watchers = watched.watchers
        pages = zip(windows, watched.pages, strict=False)
        found = {window: page for window, page in pages if page is not None}
        self._whole_at = {window: self._whole_at.get(window, -math.inf) for window in found}
        longest_ago = min(found, key=self._whole_at.__getitem__, default=None)
        self._due = longest_ago if self._whole.is_due else None
        return found

    async def _watched(self, actor: Actor, windows: Sequence[LiveWindow]) -> Watched | None:
        if self._ask is None or not actor.scopes.all_everywhere(WATCH):
            return None
        try:
            body = WatchRequest(pages=[WatchedPage(**question(window)) for window in windows])
            asking = self._ask("POST", "watch", actor.token, body=body.model_dump_json().encode())
            answer = await asyncio.wait_for(asking, PATIENCE)
            watched = Watched.model_validate_json(answer.content) if answer.status == 200 else None
        except (ServiceError, ValidationError, asyncio.TimeoutError):
            watched = None
        if watched is None or len(watched.pages) != len(windows):
            self._not_before = self._clock() + ALONE
            return None
        return watched

    def changed(
        self, window: LiveWindow, page: PageMarks, in_view: Container[str]
    ) -> list[str] | None:
        """Return those in view on whom something is new; None: ask for the whole page."""
        if window == self._due:
            return None
        changed = [
            name
            for name, mark in page.marks.items()
            if name in in_view and self._marks.get(name) != mark
        ]
        return None if len(changed) > MANY else changed

    def note(self, page: PageMarks, names: Iterable[str]) -> None:
        """Take note that these were asked for, and told, since the page was looked at."""
        if len(self._marks) > MOST_MARKS:
            self._marks.clear()
        self._marks.update((name, page.marks[name]) for name in names if name in page.marks)

    def note_whole(
        self, window: LiveWindow, page: PageMarks, names: Iterable[str], seconds: float
    ) -> None:
        """Take note that all of a page was asked for, which took so long, and these were told."""
        self.note(page, names)
        self._whole_at[window] = self._clock()
        if window == self._due:
            self._due = None
            self._whole.took(seconds, self.watchers or 1)

    def doubt(self, window: LiveWindow) -> None:
        """Have all of a page asked for the next time."""
        self._whole_at[window] = -math.inf
        self._whole.hurry()

    def forget(self, names: Iterable[str]) -> None:
        """Have these asked for, changed or not: also if they were told what no mark is of."""
        for name in names:
            self._marks.pop(name, None)

    def clear(self) -> None:
        """Forget everything: it may be long ago when the service is asked again."""
        self._marks.clear()
        self._whole_at.clear()
        self.walk.hurry()
        self.watchers = None
