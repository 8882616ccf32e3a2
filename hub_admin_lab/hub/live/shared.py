"""What has changed on the pages in view, by the hub service, which looks once for all who watch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from pydantic import ValidationError

from hub_admin_lab.errors import ServiceError
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.live.rows import question
from hub_admin_lab.hub.relay import Relayed
from hub_admin_lab.hub.scopes import LIST, SEE
from hub_admin_lab.models import LiveWindow
from hub_admin_lab.models.watching import MOST_PAGES, Watched, WatchRequest

Page = dict[str, str]
"""A mark for each user on it, in order."""

# Seconds for which the Hub is asked alone again after a service that does not answer, or refuses.
ALONE = 60.0
# Looks after which a page is asked for as well, times those who watch: the service may not see all
# that there is to see, who is an admin, say.
WHOLE_EVERY = 30
# Whoever scrolls through a large hub comes by everybody.
MOST_MARKS = 10_000


class Ask(Protocol):
    """Asks the hub service: see ``hub_admin_lab.hub.relay.ServiceRelay.ask``."""

    async def __call__(self, method: str, path: str, token: str, *, body: bytes) -> Relayed:
        """Return what it answers."""


class SharedLooks:
    """Asks the service on whom something has changed, and remembers what was taken note of.

    Parameters
    ----------
    ask
        Asks the service; None where there is none.
    clock
        Seconds, for tests.

    Attributes
    ----------
    watchers
        How many watch, this one included: what each asks of the Hub alone is done more seldom.
    """

    def __init__(self, ask: Ask | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._not_before = -math.inf
        self._marks: dict[str, str] = {}
        # Looks at each page since all of it was asked for.
        self._looks: dict[LiveWindow, int] = {}
        self.watchers = 1

    def serve(self, actor: Actor) -> bool:
        """Return whether the service is asked for somebody now."""
        scopes = actor.scopes
        return (
            self._ask is not None
            and self._clock() >= self._not_before
            and scopes.everywhere(LIST)
            and scopes.everywhere(SEE)
        )

    async def look(
        self, actor: Actor, windows: Sequence[LiveWindow]
    ) -> dict[LiveWindow, Page] | None:
        """Return these pages as they are when the service looks next; those that it came to.

        None: it cannot be asked now.
        """
        if self._ask is None:
            return None
        windows = windows[:MOST_PAGES]
        body = WatchRequest(pages=[question(window) for window in windows])
        try:
            answer = await self._ask(
                "POST", "watch", actor.token, body=body.model_dump_json().encode()
            )
            watched = Watched.model_validate_json(answer.content) if answer.status == 200 else None
        except (ServiceError, ValidationError):
            watched = None
        if watched is None or len(watched.pages) != len(windows):
            self._not_before = self._clock() + ALONE
            self.watchers = 1
            return None
        self.watchers = watched.watchers
        self._looks = {w: looks + 1 for w, looks in self._looks.items() if w in windows}
        pages = zip(windows, watched.pages, strict=True)
        return {window: page for window, page in pages if page is not None}

    def changed(self, page: Page) -> list[str]:
        """Return those on a page on whom something is new."""
        return [name for name, mark in page.items() if self._marks.get(name) != mark]

    def is_due(self, window: LiveWindow) -> bool:
        """Return whether to ask for the whole page, whatever the service says."""
        return self._looks.get(window, math.inf) >= WHOLE_EVERY * self.watchers

    def note(self, page: Page, names: Iterable[str]) -> None:
        """Take note that these were asked for after the page was looked at."""
        if len(self._marks) > MOST_MARKS:
            self._marks.clear()
        self._marks.update((name, page[name]) for name in names if name in page)

    def note_whole(self, window: LiveWindow, page: Page, names: Iterable[str]) -> None:
        """Take note that a whole page was asked for, with these on it, after the look."""
        self._looks[window] = 0
        self.note(page, names)

    def forget(self, names: Iterable[str]) -> None:
        """Have these asked for, changed or not."""
        for name in names:
            self._marks.pop(name, None)

    def clear(self) -> None:
        """Forget everything: it may be long ago when somebody looks again."""
        self._marks.clear()
        self._looks.clear()
