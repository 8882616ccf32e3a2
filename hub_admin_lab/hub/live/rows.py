"""The rows in view: which pages hold them, and who has to be asked for alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hub_admin_lab.errors import HubNotFound, InvalidRequest
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.query import parse
from hub_admin_lab.hub.listing.search import HubSearch, hub_search
from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.models import LiveWindow

# How many are asked for alone in one turn.
SINGLES = 10
# Of these, places for who is not in view, where there are any.
OTHERS = 2
# Seconds of one who is asked for alone, on a hub of any size: 4 ms of the Hub's, and the way.
ALONE = 0.006
# Seconds of a page that is no reason to do without it: 2 % of the two seconds between turns. It
# also tells of those around who are in view.
LITTLE = 0.04
# Seconds for each server of a user, at most: an answer that takes longer has waited at the Hub for
# others, which costs the Hub nothing.
MOST_ALONE = 0.03
# Where the Hub finds more than the list shows: so many at once, as the list asks.
AT_ONCE = 200


class Rows:
    """Asks for whatever was asked for longest ago.

    A page takes the longer the more users the hub has, and whoever is asked for alone does not: a
    page that takes longer than those in view on it would is dear, and they are asked for alone.

    Parameters
    ----------
    client
        The Hub.
    """

    def __init__(self, client: HubClient) -> None:
        self._client = client
        self._users: set[str] = set()
        # Who was on each page when it was asked for last; None: never. Longest ago comes first.
        self._held: dict[LiveWindow, frozenset[str] | None] = {}
        # What a page took, in seconds; and the last one of its kind.
        self._took: dict[LiveWindow, float] = {}
        self._took_last: dict[tuple[str, bool], float] = {}
        # Who is to be asked for alone, besides whoever is on no page.
        self._others: dict[str, None] = {}
        # Of those in view whom the Hub does not know: not asked for again and again.
        self._gone: set[str] = set()
        # Who was asked for alone, in that order; not those whose servers start or stop.
        self._alone: dict[str, int] = {}
        self._on_the_way: set[str] = set()
        self._count = 0

    def look(self, users: set[str], windows: Iterable[LiveWindow]) -> set[str]:
        """Set what is in view; return who is not any more."""
        left = self._users - users
        self._gone &= self._users & users
        self._users = users
        wanted = dict.fromkeys(w for w in windows if _search(w) is not None)
        before = {window: held for window, held in self._held.items() if window in wanted}
        self._held = dict.fromkeys(window for window in wanted if window not in before)
        self._held |= before
        self._took = {window: took for window, took in self._took.items() if window in wanted}
        self._alone = {name: at for name, at in self._alone.items() if name in users}
        self._on_the_way &= users
        return left

    def also(self, names: Iterable[str]) -> None:
        """Ask for these too, once, whether in view or not."""
        self._others.update(dict.fromkeys(names))

    def windows(self) -> list[LiveWindow]:
        """Return the pages to ask for, in turn."""
        return list(self._held)

    def is_dear(self, window: LiveWindow) -> bool:
        """Whether those in view on a page are asked for in less time alone."""
        held = self._held.get(window)
        # Of a page that was not asked for yet: as many as on any other.
        some = len(self._users) // max(1, len(self._held))
        number = some if held is None else len(self._users & held)
        # One like it says the most, and of another kind the dearest.
        dearest = max(self._took_last.values(), default=0.0)
        like_it = self._took_last.get(_kind(window), dearest)
        return self._took.get(window, like_it) > max(LITTLE, ALONE * number)

    def took(self, window: LiveWindow, seconds: float) -> None:
        """Take note of how long a page took."""
        self._took[window] = self._took_last[_kind(window)] = seconds

    async def page(self, actor: Actor, window: LiveWindow) -> list[HubUser]:
        """Ask for a page."""
        page = await self._client.list_users(actor.token, **question(window))
        self.hold(window, frozenset(user.name for user in page.items))
        return page.items

    def hold(self, window: LiveWindow, names: frozenset[str]) -> None:
        """Take note of who is on a page."""
        if window in self._held:  # it may have left the view meanwhile
            del self._held[window]
            self._held[window] = names
        self.back(names)
        self.forget(names)

    def back(self, names: Iterable[str]) -> None:
        """Take note that the Hub knows these."""
        self._gone.difference_update(names)

    def forget(self, names: Iterable[str]) -> None:
        """Have these asked for at the next turn, if they are on no page."""
        for name in names:
            self._alone.pop(name, None)

    def single(self, windows: Iterable[LiveWindow], *, again: int = SINGLES) -> Iterator[str]:
        """Yield who is to be asked for alone this time, in turn.

        Parameters
        ----------
        windows
            The pages that are asked for; whoever is on none of them is asked for alone.
        again
            How many at most of those who were asked for since they were on a page.
        """
        pages = [self._held.get(window) for window in windows]
        missing: set[str] = set()
        if None not in pages:
            missing = self._users.difference(self._gone, *(held for held in pages if held))
        known = sorted(missing & self._alone.keys(), key=lambda name: self._alone[name])
        in_turn = [*sorted(missing - self._alone.keys()), *known[:again]]
        others = list(self._others)
        places = SINGLES - min(len(others), OTHERS)
        for name in in_turn[:places]:
            yield name
            if name not in self._on_the_way:
                self._count += 1
                self._alone[name] = self._count  # now that it was asked for
        for name in others[: SINGLES - min(len(in_turn), places)]:
            yield name
            self._others.pop(name, None)

    async def user(self, actor: Actor, name: str) -> HubUser:
        """Ask for one user."""
        try:
            user = await self._client.get_user(actor.token, name)
        except HubNotFound:
            self._gone.add(name)
            raise
        finally:
            self._on_the_way.discard(name)
        if any(server.pending for server in user.servers.values()):
            self._on_the_way.add(name)
        return user


def question(window: LiveWindow) -> dict[str, Any]:
    """Return the arguments of ``HubClient.list_users`` for a page."""
    search = _search(window) or HubSearch()
    return {
        "state": search.state,
        "name_filter": search.name_filter,
        "sort": window.sort,
        "offset": window.offset,
        "limit": window.limit if search.exact else AT_ONCE,
    }


def _kind(window: LiveWindow) -> tuple[str, bool]:
    """Return what makes pages take about the same time."""
    return (window.state, bool(window.query or window.search))


def _search(window: LiveWindow) -> HubSearch | None:
    """Return what a page is asked for with; None if it holds nobody, or is not understood."""
    try:
        return hub_search(parse(window.query, search=window.search), window.state)
    except InvalidRequest:
        return None
