"""A Hub of any number of users whose answers take time, and who watches it."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager

from hub_admin_lab import errors
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.hub.live.news import News
from hub_admin_lab.hub.live.watcher import Watcher
from hub_admin_lab.hub.models import HubServer, HubUser, HubUserPage
from hub_admin_lab.hub.scopes import Scopes
from hub_admin_lab.models import LiveView, LiveWindow

from .failing_hub import ADMIN, HUB
from .virtual_clock import VirtualClock

RUNNING = HubServer(ready=True, url="/user/x/", stopped=False)
STARTING = HubServer(pending="spawn", stopped=False)
STOPPING = HubServer(pending="stop", stopped=False)
STOPPED = HubServer(stopped=True)

# The first page of everybody.
ALL = LiveWindow()
OTHER_TOKEN = Actor(
    "admin", admin=True, at_home=True, scopes=Scopes(["list:users", "servers"]), token="other"
)
AWAY = errors.HubUnreachable("The hub cannot be reached.")


class LiveHub:
    """A client of a Hub of one thread, each of whose answers takes `cost` seconds.

    One user takes `alone` seconds, where that is set.
    """

    def __init__(self, time, cost=0.004):
        self.time = time
        self.cost = cost
        self.alone = None
        self.users = {}
        self.asked = []
        self.token = None
        self.by = {}  # who asked last for a page, and for a user
        self._thread = asyncio.Lock()
        self.under_way = 0
        self.most_under_way = 0
        self.error = None
        self.refused = set()
        self.progress_events = {}

    def add(self, *names, server=STOPPED, **fields):
        for name in names:
            self.users[name] = HubUser(name=name, servers={"": server}, **fields)

    def set(self, name, server=None, **fields):
        user = self.users[name]
        if server is not None:
            fields["servers"] = {**user.servers, server.name: server}
        self.users[name] = user.model_copy(update=fields)

    def take(self):
        """Return what was asked since."""
        asked, self.asked = self.asked, []
        return asked

    async def _answer(self, token, *question):
        self.asked.append(question)
        self.token = self.by[question[0]] = token
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        async with self._thread:
            is_alone = question[0] == "user" and self.alone is not None
            await self.time.sleep(self.alone if is_alone else self.cost)
        self.under_way -= 1
        if self.error is not None:
            raise self.error
        if token in self.refused:
            raise errors.HubForbidden("Not with these scopes.")

    async def list_users(self, token, *, offset=0, limit=50, state=None, name_filter="", sort="id"):
        await self._answer(token, "page", state, name_filter, offset, limit)
        active = {None: (True, False), "active": (True,), "inactive": (False,)}[state]
        found = [
            user
            for name, user in self.users.items()
            if name_filter in name
            and any(s.ready or s.pending is not None for s in user.servers.values()) in active
        ]
        end = offset + limit
        following = {"offset": end} if end < len(found) else None
        return HubUserPage(
            items=found[offset:end], _pagination={"total": len(found), "next": following}
        )

    async def get_user(self, token, user):
        await self._answer(token, "user", user)
        if user not in self.users:
            raise errors.HubNotFound("No such user.")
        return self.users[user]

    @asynccontextmanager
    async def progress(self, token, user, server):
        self.asked.append(("progress", user, server))
        queue = self.progress_events.setdefault((user, server), asyncio.Queue())

        async def read():
            while True:
                yield await queue.get()

        yield read()


class Case:
    """A watcher on such a Hub, with a stream that hears it; or one more ``beside`` another."""

    def __init__(self, cost=0.004, beside=None, **options):
        self.time = beside.time if beside else VirtualClock()
        self.hub = beside.hub if beside else LiveHub(self.time, cost)
        self.broadcast = Broadcast()
        log = logging.getLogger("test")
        self.servers = HubServers(
            self.hub,
            HUB,
            log=log,
            news=News(self.broadcast),
            now=self.time.now,
            sleep=self.time.sleep,
        )
        self.watcher = Watcher(
            self.hub,
            self.servers,
            self.broadcast,
            log=log,
            clock=self.time.clock,
            now=self.time.now,
            sleep=self.time.sleep,
            **options,
        )
        self.stream = self.watcher.open(ADMIN)

    def look(self, *users, windows=(), stream=None, actor=ADMIN):
        view = LiveView(users=list(users), windows=list(windows))
        self.watcher.look(actor, (stream or self.stream).name, view)

    async def view(self, user, server=""):
        """Look at somebody's server, as after an action on it."""
        looking = asyncio.ensure_future(self.servers.view(ADMIN, user, server))
        await self.time.until(looking.done)

    async def heard(self, stream=None):
        """Return what was told since, as (name, data), but for the hello and the totals."""
        told = await self._read(stream or self.stream)
        return [(name, data) for name, data in told if name != "hello" and not data.get("counts")]

    async def counts_heard(self):
        """Return which totals were told since."""
        told = await self._read(self.stream)
        return [data["counts"] for name, data in told if data.get("counts")]

    async def _read(self, stream):
        await self.time.pass_by(0.1)  # for answers that are under way
        told = []
        while stream.listener.waiting:
            message = await anext(stream.listener)
            told.append((message.name, json.loads(message.data)))
        return told

    async def close(self):
        await self.watcher.close()
        await self.servers.close()


# --- of what was told, and asked ---------------------------------------------------------------


def names(told, kind):
    """Return the names in the `users` events, of one kind."""
    return [
        each if kind == "removed" else each["name"]
        for name, data in told
        if name == "users"
        for each in data[kind]
    ]


def states(told):
    return [(data["user"], data["name"], data["state"]) for name, data in told if name == "server"]


def kinds(told):
    return [name for name, _ in told]


def pages(asked):
    return [question for question in asked if question[0] == "page"]


def alone(asked):
    return [question[1] for question in asked if question[0] == "user"]
