"""Asks the Hub for starts and stops and follows each to its end. Each leaves its record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Literal, NamedTuple

from hub_admin_lab.errors import (
    Conflict,
    Forbidden,
    HubError,
    HubFailed,
    HubRefused,
)
from hub_admin_lab.hub.actions.follow import LOOKS, POLL, Key, failed
from hub_admin_lab.hub.actions.restarts import Restart, Restarts
from hub_admin_lab.hub.actions.terms import Patience, Terms
from hub_admin_lab.hub.actions.watch import Watch
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers, server_of
from hub_admin_lab.hub.listing.views import server_state
from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.hub.records import Records, on_server
from hub_admin_lab.hub.scopes import START
from hub_admin_lab.models import ProgressEvent
from hub_admin_lab.models.told import PanelAction

_INTERRUPTED = "Hub Admin Lab was interrupted."
_STOPPED = "It was stopped meanwhile."


async def quietly(ask: Callable[..., Awaitable[object]], *arguments: object) -> None:
    """Wait for something whose failure has been recorded, and told to whoever wants to know."""
    with suppress(HubError):
        await ask(*arguments)


class Answer(NamedTuple):
    """The Hub's answer to a request to act: whether it is done already, and what to say of it."""

    done: bool
    note: str = ""


class Asking:
    """Asks the Hub to act, for whoever asks us; each request and each end leaves a record.

    Parameters
    ----------
    client
        The Hub.
    servers
        How its servers are, and who follows those on their way.
    records
        Where each action leaves its record.
    sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        servers: HubServers,
        records: Records,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._servers = servers
        self._follower = servers.follower
        self._records = records
        self._sleep = sleep
        self._restarts = Restarts()

    # --- starts ---------------------------------------------------------------------------

    async def start(
        self,
        action: PanelAction,
        actor: Actor,
        key: Key,
        options: dict[str, Any] | None,
        terms: Terms,
    ) -> Answer:
        """Ask the Hub for a start."""
        return await self._recorded(action, actor, key, self._start(actor, key, options, terms))

    async def _start(
        self, actor: Actor, key: Key, options: dict[str, Any] | None, terms: Terms
    ) -> Answer:
        """Ask the Hub for a start, which whoever calls this records."""
        self._follower.failures.pop(key, None)
        self._follower.being_started.add(key)
        try:
            return await self._ask_for_start(actor, key, options, terms)
        finally:
            self._follower.being_started.discard(key)

    async def _ask_for_start(
        self, actor: Actor, key: Key, options: dict[str, Any] | None, terms: Terms
    ) -> Answer:
        """Start a server; where the Hub fails, its error says why."""

        async def ask() -> Answer:
            return Answer(await self._client.start_server(actor.token, *key, options))

        try:
            answer = await terms.patiently(ask, self._sleep)
        except HubFailed as error:
            reason = await self._follower.why_failed(actor, key)
            raise HubFailed(reason or error.message) from error
        except HubRefused:
            if terms.running_is_fine and await self._is(actor, key, "running"):
                return Answer(True, "It was running already.")
            raise
        # After a start that failed the Hub calls the next one done when it has only begun.
        if answer.done and await self._is(actor, key, "starting"):
            return Answer(False)
        return answer

    async def _is(self, actor: Actor, key: Key, state: Literal["running", "starting"]) -> bool:
        try:
            return (await self._servers.view(actor, *key)).state == state
        except HubError:
            return False

    async def until_started(self, action: PanelAction, actor: Actor, key: Key) -> None:
        """Return, and record it, once a server that starts is ready.

        Raises
        ------
        HubFailed
            It did not start.
        """
        last = ProgressEvent()
        async for event in self._follower.follow_start(actor, key).events():
            last = event
        if last.ready:
            self.record(action, actor, key, "done")
        else:
            self.record(action, actor, key, "failed", last.message)
            raise HubFailed(last.message)

    # --- stops ----------------------------------------------------------------------------

    async def stop(
        self, action: PanelAction, actor: Actor, key: Key, terms: Terms, *, remove: bool = False
    ) -> Answer:
        """Ask the Hub for a stop; if the Hub takes it on, it ends a restart that is under way."""
        with self._restarts.stopping(key):
            return await self._stop(action, actor, key, terms, remove=remove)

    async def _stop(
        self,
        action: PanelAction,
        actor: Actor,
        key: Key,
        terms: Terms,
        *,
        remove: bool = False,
        last: bool = True,
    ) -> Answer:
        """Ask the Hub for a stop; ``last``: the action ends with it."""

        async def ask() -> Answer:
            return Answer(await self._client.stop_server(actor.token, *key, remove=remove))

        self._follower.being_stopped.add(key)
        try:
            asking = terms.patiently(ask, self._sleep)
            answer = await self._recorded(action, actor, key, asking, last=last)
        finally:
            self._follower.being_stopped.discard(key)
        self._follower.failures.pop(key, None)
        self._follower.cancel(key)
        return answer

    async def until_stopped(self, action: PanelAction, actor: Actor, key: Key) -> None:
        """Return, and record it, once a server that stops has stopped.

        Raises
        ------
        HubError
            It did not stop.
        """
        try:
            await self._follower.until_stopped(actor, key)
        except HubError as error:
            self.record(action, actor, key, "failed", error.message)
            raise
        self.record(action, actor, key, "done")

    # --- restarts -------------------------------------------------------------------------

    async def restart(
        self, actor: Actor, key: Key, terms: Terms, *, only_running: bool = False
    ) -> tuple[HubUser, asyncio.Task[HubError | None]]:
        """Ask the Hub for the stop of a restart; the rest goes on in the background.

        Returns
        -------
        The user as before, and what will say in the end why the restart failed, None if it did not.

        Raises
        ------
        Conflict
            It is being restarted, or was stopped meanwhile; or it does not run, with
            ``only_running``.
        Forbidden
            The actor may stop it but not start it: it would stay stopped.
        """
        with self._restarts.begin(key) as restart:
            return await self._restart(restart, actor, key, terms, only_running=only_running)

    async def _restart(
        self, restart: Restart, actor: Actor, key: Key, terms: Terms, *, only_running: bool
    ) -> tuple[HubUser, asyncio.Task[HubError | None]]:
        """Ask for the stop of a restart that has begun; the rest goes on in the background."""

        async def look() -> HubUser:
            return await self._client.get_user(actor.token, key[0])

        before = await Terms(terms.patience).patiently(look, self._sleep)
        server = server_of(before, key[1])
        if not actor.scopes.allow(START, user=key[0], server=key[1], groups=before.groups):
            raise Forbidden("You may not start this server, so it was not stopped either.")
        if only_running and server_state(server) == "stopped":
            raise Conflict("It was not running, so it was not restarted.")
        if not restart.stopped:
            stopped = await self._stop("restart-server", actor, key, terms, last=False)
        if restart.stopped:
            self.record("restart-server", actor, key, "failed", _STOPPED)
            raise Conflict(_STOPPED)
        watch = self._follower.open_watch(actor, key)
        watch.publish(ProgressEvent(message="Stopping"))
        # Without options the Hub uses the last ones again.
        options = server.user_options or None
        restart.task = self._follower.in_background(
            self._start_again(restart, actor, key, watch, options, stopped.done, terms)
        )
        restart.task.add_done_callback(partial(self._restarted, restart, actor, key))
        return before, restart.task

    async def _start_again(
        self,
        restart: Restart,
        actor: Actor,
        key: Key,
        watch: Watch,
        options: dict[str, Any] | None,
        stopped: bool,
        terms: Terms,
    ) -> HubError | None:
        """Wait for the stop of a restart, start the server, and follow that to its end."""
        # Nobody waits for this answer, and whoever had a server shall have one again.
        patient = Terms(Patience(LOOKS), terms.slot, running_is_fine=True)
        try:
            if not stopped:
                await self._follower.until_stopped(actor, key)
            while restart.stops:
                await self._sleep(POLL)  # if the Hub takes that one on, this ends here
            await self._start(actor, key, options, patient)
        except HubError as error:
            self._follower.end(key, watch, failed(error.message))
            return error
        await self._follower.until_started(actor, key, watch)
        last = watch.outcome
        return HubFailed(last.message) if last is not None and last.failed else None

    def _restarted(
        self, restart: Restart, actor: Actor, key: Key, task: asyncio.Task[HubError | None]
    ) -> None:
        """Record how a restart has ended, whatever it was that ended it."""
        self._restarts.forget(key, restart)
        outcome, reason = "failed", _INTERRUPTED
        if task.cancelled():
            reason = _STOPPED if restart.stopped else _INTERRUPTED
        elif task.exception() is None:
            error = task.result()
            outcome, reason = ("failed", error.message) if error else ("done", "")
        self.record("restart-server", actor, key, outcome, reason)

    # --- the record -----------------------------------------------------------------------

    async def _recorded(
        self,
        action: PanelAction,
        actor: Actor,
        key: Key,
        asking: Coroutine[Any, Any, Answer],
        *,
        last: bool = True,
    ) -> Answer:
        """Wait for the Hub's answer to a request to act, and record it."""
        outcome, reason = "failed", _INTERRUPTED
        try:
            answer = await asking
            outcome, reason = "done" if answer.done and last else "pending", answer.note
        except HubError as error:
            reason = error.message
            if isinstance(error, HubFailed):
                self._follower.failed(key, reason)
            raise
        finally:
            self.record(action, actor, key, outcome, reason)
        return answer

    def record(
        self, action: PanelAction, actor: Actor, key: Key, outcome: str, reason: str = ""
    ) -> None:
        """Record what was done to a server."""
        self._records.write(actor, action, on_server(*key), outcome, why=reason)
