"""A client of a Hub with many users whose servers take their time, and the bulks that ask it."""

from __future__ import annotations

import json
import logging
from contextlib import asynccontextmanager

from hub_admin_lab import errors
from hub_admin_lab.hub import records as hub_records
from hub_admin_lab.hub.actions.server_actions import ServerActions
from hub_admin_lab.hub.bulk.at_work import AtWork
from hub_admin_lab.hub.bulk.bulks import Bulks
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.hub.live.news import News
from hub_admin_lab.hub.models import HubProgress, HubServer
from hub_admin_lab.hub.relay import Relayed
from hub_admin_lab.hub.scopes import Scopes
from hub_admin_lab.models import BulkRequest

from .failing_hub import ADMIN, HUB, Records
from .listing_hub import ListingHub, listed_user
from .virtual_clock import BEGIN, VirtualClock

RUNS = {"ready": True, "stopped": False}


class BusyHub(ListingHub):
    """Starts and stops servers.

    Attributes
    ----------
    stop_takes, start_takes
        Seconds until a server has stopped or started.
    holds
        Seconds for which the Hub holds an answer; what takes longer is told later.
    refuses
        For (what, user): the error.
    breaks
        For a user whose server does not start, however late: why.
    away
        While it is true nothing is answered.
    answers_others
        From the number of requests in flight: the seconds that others wait.
    """

    def __init__(self, clock, users):
        super().__init__(users)
        self.clock = clock
        self.stop_takes = self.start_takes = 0.5
        self.holds = 10.0
        self.refuses = {}
        self.breaks = {}
        self.away = False
        self.answers_others = lambda in_flight: 0.02
        self.acted = []
        self.looks = 0
        self.in_flight = self.most_in_flight = 0
        self.on_their_way = self.most_on_their_way = 0

    def known(self, name):
        for user in self.users:
            if user.name == name:
                return user
        raise errors.HubNotFound("No such user")

    def server(self, name, server=""):
        return self.known(name).servers.get(server) or HubServer(name=server, stopped=True)

    def set(self, name, server, **state):
        user = self.known(name)
        user.servers[server] = self.server(name, server).model_copy(update=state)

    # --- what it answers --------------------------------------------------------------------

    async def answer_time(self):
        self.there()
        seconds = self.answers_others(self.in_flight)
        await self.clock.sleep(seconds)
        return seconds

    async def get_user(self, token, user):
        self.there()
        self.looks += 1
        known = self.known(user)
        return known.model_copy(update={"servers": dict(known.servers)})

    async def stop_server(self, token, user, server, *, remove=False):
        async with self._request("stop", user, server):
            if not self.server(user, server).ready:
                return True
            self.set(user, server, pending="stop", ready=False)
            return await self._work(self.stop_takes, user, server, {"stopped": True})

    async def start_server(self, token, user, server, options=None):
        async with self._request("start", user, server):
            if self.server(user, server).ready:
                raise errors.HubRefused(f"{user} is already running")
            self.set(user, server, pending="spawn", stopped=False)
            self.on_their_way += 1
            self.most_on_their_way = max(self.most_on_their_way, self.on_their_way)
            return await self._work(self.start_takes, user, server, RUNS)

    @asynccontextmanager
    async def progress(self, token, user, server):
        self.there()
        if self.server(user, server).pending != "spawn":
            raise errors.HubRefused("not starting")

        async def read():
            await self.clock.sleep(max(self.start_takes - self.holds, 0))
            if user in self.breaks:
                self.set(user, server, pending=None, stopped=True)
                yield HubProgress(failed=True, message=self.breaks[user])
            self._arrived(user, server, RUNS)
            yield HubProgress(ready=True, url="/")

        yield read()

    # ------------------------------------------------------------------------------------------

    def there(self):
        if self.away:
            raise errors.HubUnreachable("The hub cannot be reached.")

    @asynccontextmanager
    async def _request(self, what, user, server):
        self.there()
        self.acted.append((what, user, server))
        error = self.refuses.get((what, user))
        if error is not None:
            raise error
        self.known(user)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    async def _work(self, seconds, user, server, state):
        await self.clock.sleep(min(seconds, self.holds))
        if seconds > self.holds:
            return False
        self._arrived(user, server, state)
        return True

    def _arrived(self, user, server, state):
        if state is RUNS:
            self.on_their_way -= 1
        self.set(user, server, pending=None, **state)


class Agents:
    """The hub service, which knows where kernels are busy.

    Attributes
    ----------
    busy
        Names of users whose default server is.
    status, error, said
        Of an answer that is another one.
    """

    def __init__(self, *busy):
        self.busy = list(busy)
        self.status = 200
        self.error = self.said = None
        self.asked = []

    async def __call__(self, method, path, token, *, query):
        self.asked.append((method, path, token, query))
        if self.error is not None:
            raise self.error
        items = [{"user": name, "name": "", "state": "running"} for name in self.busy]
        answer = json.dumps({"items": items}) if self.said is None else self.said
        return Relayed(self.status, answer.encode())


class Office:
    """The bulks of one server extension on a `BusyHub`, and what is told and recorded.

    Parameters
    ----------
    agents
        The hub service; None where there is none.
    """

    def __init__(self, users, actor=ADMIN, agents=None):
        self.actor = actor
        self.clock = VirtualClock()
        self.hub = BusyHub(self.clock, users)
        self.records = Records()
        written = hub_records.Records(self.records)
        self.broadcast = Broadcast()
        self.listener = self.broadcast.listen()
        times = {"now": self.clock.now, "sleep": self.clock.sleep}
        news, log = News(self.broadcast), logging.getLogger("test")
        self.servers = HubServers(self.hub, HUB, log=log, news=news, **times)
        self.actions = ServerActions(self.hub, HUB, self.servers, written, sleep=self.clock.sleep)
        self.bulks = Bulks(
            self.hub,
            HUB,
            self.servers,
            self.actions.asking,
            written,
            self.broadcast,
            AtWork(agents),
            **times,
        )

    async def start(self, action, *targets, **filter_):
        request = bulk_request(action, *targets, **filter_)
        chosen = await self.bulks.choose(self.actor, request)
        return self.bulks.start(self.actor, action, chosen).id

    def status(self, bulk):
        return self.bulks.status(self.actor, bulk)

    async def ended(self, bulk):
        await self.clock.until(lambda: self.status(bulk).ended is not None)
        return self.status(bulk)

    async def run(self, action, *targets, **filter_):
        return await self.ended(await self.start(action, *targets, **filter_))

    async def told(self, name):
        """Return what was told under a name since it was asked for last."""
        messages = [await anext(self.listener) for _ in range(self.listener.waiting)]
        return [json.loads(message.data) for message in messages if message.name == name]

    async def close(self):
        self.listener.close()
        await self.servers.close()


def bulk_request(action, *targets, **filter_):
    targets = [dict(zip(("user", "server"), target.split("/"), strict=False)) for target in targets]
    chosen = {"targets": targets} if targets else {"filter": filter_}
    return BulkRequest.model_validate({"action": action, **chosen})


def outcomes(status):
    """What became of each, by its name."""
    return {
        f"{each.user}/{each.server}".rstrip("/"): (each.ok, each.status, each.message)
        for each in status.results
    }


def running(*names, when, **more):
    return [listed_user(name, default=when, **more) for name in names]


def stopped(*names, **more):
    return [listed_user(name, default=None, **more) for name in names]


def many(count, **options):
    return running(*(f"user{n:05}" for n in range(count)), when=BEGIN, **options)


ADMIN_SCOPES = Scopes(["list:users", "servers"])
