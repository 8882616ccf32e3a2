"""The watcher: asks the Hub what has changed while somebody looks, and tells it to all streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import TypeVar

from hub_admin_lab.errors import HubError, HubForbidden, HubNotFound
from hub_admin_lab.hub.actions.follow import Log
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.live.answers import Answers
from hub_admin_lab.hub.live.broadcast import Broadcast, Message
from hub_admin_lab.hub.live.pending import Pending
from hub_admin_lab.hub.live.rows import MOST_ALONE, SINGLES, Rows
from hub_admin_lab.hub.live.share import SHARE, Share, is_little
from hub_admin_lab.hub.live.shared import SharedLooks
from hub_admin_lab.hub.live.streams import Stream, Streams
from hub_admin_lab.hub.live.walk import Walk
from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.models import LiveHello, LiveStale, LiveView, LiveWindow
from hub_admin_lab.models.watching import PageMarks

# Each so many turns something is asked besides, unless the last such question is not paid back yet.
BESIDES_EVERY = 4

Value = TypeVar("Value")


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class Watcher:
    """One for all streams of the server extension; nobody looks, nothing is asked.

    It works in turns, one request at a time: what is in view somewhere, and now and then a page
    besides. After each turn it rests for as long as its share of the Hub demands, whatever happens
    meanwhile: what streams look at decides what is asked, not when.

    Parameters
    ----------
    client
        The Hub.
    servers
        Makes views of what the Hub sends, and knows what was told.
    broadcast
        Where all is told.
    log
        Where a mistake of ours in the background is told.
    shared
        The hub service, which looks for all who watch; None: there is none.
    period
        Seconds between two turns at least.
    clock, now, sleep
        Time, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        servers: HubServers,
        broadcast: Broadcast,
        *,
        log: Log,
        shared: SharedLooks | None = None,
        period: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utcnow,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._servers = servers
        self._news = servers.news
        self._broadcast = broadcast
        self._log = log
        self._period = period
        self._clock = clock
        self._sleep = sleep
        self._streams = Streams(broadcast)
        self._answers = Answers(broadcast, clock=clock, now=now)
        self._rows = Rows(client)
        self._walk = Walk(client)
        self._pending = Pending(servers.follower)
        self._shared = shared or SharedLooks(None)
        self._task: asyncio.Task[None] | None = None
        self._rest: asyncio.Task[None] | None = None
        self._turns = 0
        self._besides = 0
        self._share = Share()
        self._spent = 0.0
        self._not_before = clock()

    # --- streams --------------------------------------------------------------------------

    def open(self, actor: Actor) -> Stream:
        """Return a new stream, which says hello first."""
        stream = self._streams.open(actor)
        refused = self.stale is not None and self.stale.code == HubForbidden.code
        hello = LiveHello(stream=stream.name, stale=None if refused else self.stale)
        stream.listener.put(Message("hello", hello.model_dump_json()))
        return stream

    def look(self, actor: Actor, name: str, view: LiveView) -> None:
        """Set what a stream looks at; who is new in its view is told in full at the next turn.

        A Hub that does not answer is asked again without waiting for the next try: somebody wants
        to know.

        Raises
        ------
        NotFound
            There is no such stream, or it is somebody else's.
        """
        self._tell_again(self._streams.look(actor, name, view))
        if self.stale is not None:
            self._not_before = min(self._not_before, self._answers.tried_at + self._period)
        self._view_changed()

    def see(self, actor: Actor) -> None:
        """Take what the Hub says now of whoever asked something: they may do more, or less.

        All rows in view are told in full then, with what may be done there now.
        """
        if self._streams.see(actor):
            self._tell_again(self._streams.users)
            self._view_changed()

    def close_stream(self, stream: Stream) -> None:
        """End a stream."""
        self._streams.close(stream)
        self._view_changed()

    async def close(self) -> None:
        """End all streams, and ask nothing any longer."""
        for stream in list(self._streams):
            self._streams.close(stream)
        self._broadcast.close()
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _view_changed(self) -> None:
        in_view = self._streams.users
        self._news.in_view = in_view
        self._news.leave(self._rows.look(in_view, self._streams.windows))
        if self._rest is not None:
            self._rest.cancel()  # it begins again with what is left of it
        if self._streams.looking and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and task.exception() is not None:
            self._log.error("The hub is not watched any longer.", exc_info=task.exception())
        elif self._streams.looking:
            self._view_changed()  # somebody looks since the last turn

    # --- turns ----------------------------------------------------------------------------

    async def _run(self) -> None:
        """Take turns for as long as somebody looks."""
        try:
            while self._streams.looking:
                rest = self._not_before - self._clock()
                if rest > 0:
                    await self._rest_for(rest)
                else:
                    await self._turn()
        finally:
            # Whatever was told may be long ago when somebody looks again.
            self._pending.let_go()
            self._news.clear()
            self._shared.clear()
            self._walk.begin()

    async def _rest_for(self, seconds: float) -> None:
        self._rest = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({self._rest})
        finally:
            self._rest.cancel()
            self._rest = None

    async def _turn(self) -> None:
        """Ask the Hub for a part of what somebody looks at."""
        self._spent = 0.0
        actor = self._streams.actor()
        if actor is None:
            return
        try:
            windows = await self._ask_for_rows(actor)
            await self._ask_for_single(actor, windows)
            self._turns += 1
            if self._is_besides_due and self._going_on:
                await self._ask_besides(actor)
        except HubForbidden as error:
            self._refused(actor, error)
        except HubError as error:
            self._not_before = self._answers.failed(error)
        else:
            # The service looks by itself, and is asked twice as often what it has seen.
            least = self._period if self._shared.watchers is None else self._period / 2
            self._not_before = self._clock() + self._share.rest(self._spent, least)

    @property
    def _going_on(self) -> bool:
        """Whether this turn may take more of the Hub, and somebody still looks."""
        return self._streams.looking and is_little(self._spent)

    @property
    def _windows(self) -> list[LiveWindow]:
        """The pages in view that are asked for, in turn."""
        windows = self._rows.windows()
        if self._shared.watchers is not None:
            return windows  # what has changed on them costs nothing
        return [window for window in windows if not self._rows.is_dear(window)]

    async def _ask_for_rows(self, actor: Actor) -> list[LiveWindow]:
        """Ask for the pages that hold what is in view, or for what has changed on them.

        Returns the pages by which rows are known; some of them wait for the next turn.
        """
        looked = {}
        if self.stale is None:  # else it is the Hub's own answer that ends it
            looked = await self._shared.look(actor, self._rows.windows())
        windows = self._windows
        for window in windows:
            if not self._streams.looking:
                break
            page = looked.get(window)
            names = None if page is None else self._shared.changed(window, page, self._news.in_view)
            if page is None or names is None:
                await self._ask_for_page(actor, window, page)
            else:
                self._answers.seen(page.age)
                await self._ask_for_changed(actor, window, page, names)
            # A small hub answers several pages in the time that it may be asked for.
            if SHARE * self._spent >= self._period:
                break
        return windows

    async def _ask_for_page(self, actor: Actor, window: LiveWindow, page: PageMarks | None) -> None:
        before = self._spent
        users = await self._ask(self._rows.page(actor, window))
        self._rows.took(window, self._spent - before)
        if page is None and self._rows.is_dear(window):
            self._lend(before)
        waiting = self._tell(actor, users)
        told = [user.name for user in users if user.name not in waiting]
        if page is None:
            self._shared.forget(told)
        else:
            self._shared.note_whole(window, page, told, self._spent - before)

    def _lend(self, before: float) -> None:
        """Have what was asked since then paid back later, unless something else is still."""
        if self._share.is_even:
            self._share.lend(self._spent - before)
            self._spent = before

    async def _ask_for_changed(
        self, actor: Actor, window: LiveWindow, page: PageMarks, names: list[str]
    ) -> None:
        self._rows.hold(window, frozenset(page.marks))
        for name in names:
            if not self._going_on:
                return
            if await self._ask_for_user(actor, name):
                self._shared.note(page, [name])
            else:
                self._shared.doubt(window)  # which says whether they may list anybody still

    async def _ask_for_single(self, actor: Actor, windows: list[LiveWindow]) -> None:
        """Ask for those in view who are on no page, and for others who have to be asked for."""
        shared, before = self._shared, self._spent
        again = SINGLES if shared.watchers is None else int(shared.single.is_due)
        for name in self._rows.single(windows, again=again):
            if not self._going_on:
                break
            await self._ask_for_user(actor, name)
            shared.forget([name])
        if again and self._spent > before:
            shared.single.took(self._spent - before, shared.watchers or 1)

    async def _ask_for_user(self, actor: Actor, name: str) -> bool:
        """Ask for one user; return whether all that is new was told."""
        before, servers = self._spent, 1
        try:
            user = await self._ask(self._rows.user(actor, name))
            servers = max(1, len(user.servers))
        except HubNotFound:
            self._news.removed(name)
            return True
        except HubForbidden:
            return False  # not theirs to see; that they may list nobody is said by the pages
        finally:
            self._spent = min(self._spent, before + MOST_ALONE * servers)
        return not self._tell(actor, [user])

    @property
    def _is_besides_due(self) -> bool:
        """Whether this turn also asks for something that is paid back later."""
        if self._shared.watchers is None:
            return self._turns % BESIDES_EVERY == 0 and self._share.is_even
        return self._shared.walk.is_due

    async def _ask_besides(self, actor: Actor) -> None:
        """Ask for a page of the walk, and now and then for one in view that is dear."""
        windows = self._rows.windows()
        dear = [window for window in windows if window not in self._windows]
        self._besides += 1
        if dear and self._besides % 2 == 0:
            await self._ask_for_page(actor, dear[0], None)
        else:
            await self._step(actor)

    async def _step(self, actor: Actor) -> None:
        before = self._spent
        page = await self._ask(self._walk.step(actor))
        self._shared.walk.took(self._spent - before, self._shared.watchers or 1)
        self._lend(before)
        self._rows.back(user.name for user in page.items)
        self._tell(actor, page.items)
        self._news.counts(self._walk.counts(page))
        self._rows.also(self._walk.missed(page, self._news.active()))

    def _tell(self, actor: Actor, users: list[HubUser]) -> set[str]:
        """Tell what is new of them; return who has to wait for that."""
        views = [self._servers.user_view_of(actor, user) for user in users]
        waiting = self._news.users(views)
        for view in views:
            if view.name in self._news.in_view:
                self._pending.follow(actor, view.servers)
        return waiting

    def _tell_again(self, names: set[str]) -> None:
        """Tell of these in full at the next turn."""
        self._news.forget(names)
        self._rows.forget(names)
        self._shared.forget(names)

    async def _ask(self, question: Awaitable[Value]) -> Value:
        """Return the Hub's answer; what it took is counted."""
        begun = self._clock()
        try:
            answer = await question
        except HubNotFound:
            self._answered()
            raise
        finally:
            self._spent += self._clock() - begun
        self._answered()
        return answer

    # --- the Hub away, and back -----------------------------------------------------------

    @property
    def stale(self) -> LiveStale | None:
        """What was told of a Hub that does not answer; None: it does."""
        return self._answers.stale

    def _answered(self) -> None:
        if self.stale is not None:
            self._tell_again(self._streams.users)
        self._answers.came()

    def _refused(self, actor: Actor, error: HubForbidden) -> None:
        """Go on as somebody else; where there is nobody, wait until somebody looks anew."""
        self._not_before = self._answers.tried() + self._period
        self._streams.refuse(actor)
        if self._streams.looking:
            self._streams.close_refused()
        else:
            self._answers.tell_stale(error)
