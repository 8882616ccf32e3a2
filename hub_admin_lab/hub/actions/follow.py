"""Servers on their way: followed in the background until they have arrived, or failed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, Union

from hub_admin_lab.errors import (
    HubError,
    HubFailed,
    HubForbidden,
    HubNotFound,
    HubTimeout,
    HubUnavailable,
    HubUnreachable,
)
from hub_admin_lab.hub.actions.watch import Watch
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.live.news import News
from hub_admin_lab.models import Failure, ProgressEvent, ServerView

# Seconds between two looks at a server for which there is no event stream, or none yet.
POLL = 1.0
# Looks before it is not followed any longer: a quarter of an hour. The Hub itself goes on.
LOOKS = 900

# The Hub is away for now: what it has taken on goes on, and it will tell later.
AWAY = (HubTimeout, HubUnavailable, HubUnreachable)

_MAX_MESSAGE = 1000  # characters of a spawner's message that are passed on
_MAX_FAILURES = 1000  # the newest that are kept

Value = TypeVar("Value")

# In quotes: Python 3.10 cannot subscript an adapter.
Log = Union["logging.Logger", "logging.LoggerAdapter[Any]"]

Key = tuple[str, str]
"""(user, server); the default server is ``""``."""


class Follower:
    """Follows starts and stops that the Hub has taken on, and keeps why the last one failed.

    The Hub tells why a start failed once, to whoever is listening then; here it is kept until the
    next action on that server.

    Parameters
    ----------
    client
        The Hub.
    look
        Asks the Hub how a server is now, and tells it to all who listen.
    news
        Tells each event of a start to all who listen.
    log
        Where a mistake of ours in the background is told.
    now, sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        look: Callable[[Actor, Key], Awaitable[ServerView]],
        news: News,
        log: Log,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._client = client
        self._look = look
        self._news = news
        self._log = log
        self._now = now
        self._sleep = sleep
        self.failures: dict[Key, Failure] = {}
        # Starts and stops whose request the Hub has not answered yet.
        self.being_started: set[Key] = set()
        self.being_stopped: set[Key] = set()
        # Stops that are looked after until they have ended.
        self.followed_stops: set[Key] = set()
        self._watches: dict[Key, Watch] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def in_background(self, work: Coroutine[Any, Any, Value]) -> asyncio.Task[Value]:
        """Do something after the request that asked for it has been answered."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._log.error("A server is not followed any longer.", exc_info=task.exception())

    async def close(self) -> None:
        """Follow nothing any longer; the Hub carries on what it has taken on."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def failed(self, key: Key, message: str) -> None:
        """Keep why the last action on a server failed."""
        self.failures.pop(key, None)  # the newest come last
        self.failures[key] = Failure(message=message, at=self._now())
        if len(self.failures) > _MAX_FAILURES:
            del self.failures[next(iter(self.failures))]

    # --- stops ----------------------------------------------------------------------------

    async def until_stopped(self, actor: Actor, key: Key) -> None:
        """Return once a stopping server has stopped.

        Raises
        ------
        HubError
            It has not stopped, or the Hub does not tell.
        """
        self.followed_stops.add(key)
        try:
            for _ in range(LOOKS):
                await self._sleep(POLL)
                try:
                    view = await self._look(actor, key)
                except AWAY:
                    continue
                if view.state == "stopped":
                    return
                if view.state != "stopping":
                    break
        finally:
            self.followed_stops.discard(key)
        raise HubFailed("The hub could not stop this server.")

    # --- starts ---------------------------------------------------------------------------

    def watch_of(self, key: Key) -> Watch | None:
        """Return the watch on a server that starts or restarts, None where nobody follows it."""
        return self._watches.get(key)

    def open_watch(self, actor: Actor, key: Key) -> Watch:
        """Return a new watch on a server, in the place of an older one."""
        watch = self._watches[key] = Watch(partial(self._tell, actor, key))
        return watch

    def _tell(self, actor: Actor, key: Key, event: ProgressEvent) -> None:
        if self._news.is_for(actor.scopes):
            self._news.progress(*key, event)

    @property
    def followed_starts(self) -> int:
        """How many starts and restarts are followed now."""
        return len(self._watches)

    def follow_start(self, actor: Actor, key: Key) -> Watch:
        """Return the watch on a server that starts; whoever comes first makes it be followed."""
        watch = self._watches.get(key)
        if watch is None:
            watch = self.open_watch(actor, key)
            self.in_background(self.until_started(actor, key, watch))
        return watch

    async def until_started(self, actor: Actor, key: Key, watch: Watch) -> None:
        """Tell the events of a start to a watch, up to the last: ready, or failed."""
        try:
            for _ in range(LOOKS):
                # The event stream; where there is none (yet), or it broke off, a look instead.
                last = await self._read_stream(actor, key, watch)
                last = last or await self._last_by_look(actor, key)
                if last is not None:
                    self.end(key, watch, last)
                    with suppress(HubError):  # whoever looks will see it a little later
                        await self._look(actor, key)
                    return
                await self._sleep(POLL)
        finally:
            # Whatever happened: nobody waits for an event that does not come.
            self._close(key, watch, failed("It is not followed any longer."))

    async def why_failed(self, actor: Actor, key: Key) -> str | None:
        """Return why a start has failed, as the Hub's event stream tells; None: it does not.

        JupyterHub 5 says no more than "error" in the answer to the start itself.
        """
        last = await self._read_stream(actor, key, Watch())
        return last.message if last is not None and last.failed else None

    def cancel(self, key: Key) -> None:
        """Tell whoever follows a start that it was cancelled."""
        watch = self._watches.get(key)
        if watch is not None:
            self._close(key, watch, failed("The start was cancelled."))

    def end(self, key: Key, watch: Watch, last: ProgressEvent) -> None:
        """Tell a watch its last event, and keep why it failed."""
        if watch.outcome is not None:
            return
        if key in self.being_stopped:
            # Cancelled, which is no failure. The Hub calls it failed, or even ready, as it happens.
            last = failed("The start was cancelled.")
        elif last.failed:
            self.failed(key, last.message)
        self._close(key, watch, last)

    def _close(self, key: Key, watch: Watch, last: ProgressEvent) -> None:
        watch.publish(last)
        if self._watches.get(key) is watch:
            del self._watches[key]

    async def _read_stream(self, actor: Actor, key: Key, watch: Watch) -> ProgressEvent | None:
        """Pass the Hub's event stream on; return its last event, None where it has none."""
        try:
            async with self._client.progress(actor.token, *key) as events:
                async for event in events:
                    if event.ready:
                        return ready(event.url)
                    if event.failed:
                        return failed(event.message or "It did not start.")
                    percent = None if event.progress is None else int(event.progress)
                    watch.publish(
                        ProgressEvent(
                            progress=None if percent is None else max(0, min(100, percent)),
                            message=(event.message or "")[:_MAX_MESSAGE],
                        )
                    )
        except HubError:
            return None
        return None

    async def _last_by_look(self, actor: Actor, key: Key) -> ProgressEvent | None:
        try:
            view = await self._look(actor, key)
        except (HubForbidden, HubNotFound) as error:
            return failed(error.message)
        except HubError:
            return None  # the Hub is away; the server may start all the same
        if view.state == "running":
            return ready(view.url)
        if view.state == "starting" or key in self.being_started:
            return None
        return failed(view.failure.message if view.failure else "It did not start.")


def ready(url: str | None) -> ProgressEvent:
    """Return the last event of a start that succeeded."""
    return ProgressEvent(progress=100, ready=True, url=url)


def failed(message: str) -> ProgressEvent:
    """Return the last event of a start that did not."""
    return ProgressEvent(failed=True, message=message[:_MAX_MESSAGE])
