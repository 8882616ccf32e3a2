"""The watcher: asks the Hub what has changed while somebody looks, and tells it to all streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any, TypeVar

from hub_admin_lab.errors import HubError, HubForbidden, HubNotFound
from hub_admin_lab.hub.actions.follow import Log
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.live.answers import Answers
from hub_admin_lab.hub.live.broadcast import Broadcast, Message
from hub_admin_lab.hub.live.pending import Pending
from hub_admin_lab.hub.live.rows import SINGLES, Rows
from hub_admin_lab.hub.live.shared import Page, SharedLooks
from hub_admin_lab.hub.live.streams import Stream, Streams
from hub_admin_lab.hub.live.walk import EVERY, EVERY_SHARED, Walk
from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.models import LiveHello, LiveStale, LiveView, LiveWindow

# What a turn took of the Hub, times this, is waited before the next: 2 % of its one thread.
SHARE = 50
# Seconds that are waited at most: an answer that takes so long waits for others, it does not cost.
LONGEST = 60.0
# Where the hub service looks for all: how many changes on a page are worth asking for it, rather
# than for each user alone; and seconds between its answer and the next question.
MANY = 6
BREATH = 0.2

Value = TypeVar("Value")


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class Watcher:
    """One for all streams of the server extension; nobody looks, nothing is asked.

    It works in turns, one request at a time: what is in view somewhere, and now and then a page of
    the walk over everybody who is active. After each turn it rests for as long as its share of the
    Hub demands, whatever happens meanwhile: what streams look at decides what is asked, not when.

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
        self._rest: asyncio.Future[Any] | None = None
        self._turns = 0
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
                    await self._until_changed(self._sleep(rest))
                else:
                    await self._turn()
        finally:
            # Whatever was told may be long ago when somebody looks again.
            self._pending.let_go()
            self._news.clear()
            self._shared.clear()
            self._walk.begin()

    async def _until_changed(self, waiting: Awaitable[Value]) -> asyncio.Future[Value]:
        """Wait for something, or until something else is in view: then it is cancelled."""
        self._rest = rest = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait({rest})
        finally:
            rest.cancel()
            self._rest = None
        return rest

    async def _turn(self) -> None:
        """Ask the Hub for a part of what somebody looks at."""
        self._spent = 0.0
        actor = self._streams.actor()
        if actor is None:
            return
        pages = None
        if self._shared.serve(actor) and self._rows.windows():
            looked = await self._until_changed(self._shared.look(actor, self._rows.windows()))
            if looked.cancelled() or not self._streams.looking:
                return
            pages = looked.result()
        try:
            if pages is None:
                await self._ask_for_rows(actor)
            else:
                await self._ask_for_changed(actor, pages)
            await self._ask_for_single(actor, again=SINGLES if pages is None else 1)
            self._turns += 1
            every = EVERY if pages is None else EVERY_SHARED * self._shared.watchers
            if self._turns % every == 0 and self._going_on:
                await self._step(actor)
        except HubForbidden as error:
            self._refused(actor, error)
        except HubError as error:
            self._not_before = self._answers.failed(error)
        else:
            # The service has waited already; and all who watch were told at once and have asked at
            # once, so that most of what it took each was the others' time.
            least = self._period if pages is None else BREATH
            spent = self._spent if pages is None else self._spent / self._shared.watchers
            self._not_before = self._clock() + min(max(least, SHARE * spent), LONGEST)

    @property
    def _going_on(self) -> bool:
        """Whether this turn may take more of the Hub, and somebody still looks."""
        return self._streams.looking and SHARE * self._spent < LONGEST / 2

    async def _ask_for_rows(self, actor: Actor) -> None:
        """Ask for the pages that hold what is in view, and for who is on none of them any more."""
        for window in self._rows.windows():
            self._tell(actor, await self._ask(self._rows.page(actor, window)))
            # A small hub answers several pages in the time that it may be asked for.
            if SHARE * self._spent >= self._period or not self._streams.looking:
                break

    async def _ask_for_changed(self, actor: Actor, pages: dict[LiveWindow, Page]) -> None:
        """Ask for those on whom something has changed; for the whole page where they are many."""
        self._answers.came()  # to the service
        for window, page in pages.items():
            if not self._going_on:
                return
            changed = self._shared.changed(page)
            if len(changed) > MANY or self._shared.is_due(window):
                users = await self._ask(self._rows.page(actor, window))
                self._tell(actor, users)
                self._shared.note_whole(window, page, [user.name for user in users])
            else:
                self._rows.hold(window, frozenset(page))
                self._rows.also(changed)
                self._shared.note(page, changed)

    async def _ask_for_single(self, actor: Actor, *, again: int) -> None:
        """Ask for those in view who are on no page, and for others who have to be asked for."""
        for name in self._rows.single(again=again):
            if not self._going_on:
                return
            try:
                user = await self._ask(self._rows.user(actor, name))
            except HubNotFound:
                self._news.removed(name)
            except HubForbidden:
                continue  # not theirs to see; that they may list nobody is said by the pages
            else:
                self._tell(actor, [user])

    async def _step(self, actor: Actor) -> None:
        page = await self._ask(self._walk.step(actor))
        self._tell(actor, page.items)
        self._news.counts(self._walk.counts(page))
        self._rows.also(self._walk.missed(page, self._news.active()))

    def _tell(self, actor: Actor, users: list[HubUser]) -> None:
        views = [self._servers.user_view_of(actor, user) for user in users]
        self._news.users(views)
        for view in views:
            if view.name in self._news.in_view:
                self._pending.follow(actor, view.servers)

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

    def _tell_again(self, names: set[str]) -> None:
        """Tell of these in full at the next turn."""
        self._news.forget(names)
        self._shared.forget(names)

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
