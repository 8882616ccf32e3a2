"""A client of a Hub that fails as it is told to, in the place of the real one."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import datetime, timezone

from hub_admin_lab import errors
from hub_admin_lab.hub import records as hub_records
from hub_admin_lab.hub.actions.server_actions import ServerActions
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.models import HubServer, HubUser
from hub_admin_lab.hub.scopes import Scopes

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=timezone.utc)
ADMIN = Actor(
    "admin", admin=True, at_home=True, scopes=Scopes(["list:users", "servers"]), token="t"
)
HUB = HubConnection(
    api_url="http://hub.test/hub/api",
    prefix="/hub/",
    host="",
    owner="admin",
    server_name="",
    granted=Scopes(),
    access=Scopes(["access:servers!group=class-a"]),
)


class FailingHub:
    """A client of a Hub with one user, alice, whose every answer can be set."""

    def __init__(self):
        self.server = HubServer(stopped=True)
        self.starts = [True]
        self.stops = [True]
        self.events = []
        self.looks = []
        self.asked = []

    async def get_user(self, token, user):
        if self.looks:
            look = self.looks.pop(0)
            if isinstance(look, Exception):
                raise look
            self.server = look
        return HubUser(name=user, groups=["class-a"], servers={"": self.server})

    async def start_server(self, token, user, server, options=None):
        self.asked.append(("start", user, server, options))
        return _answer(self.starts)

    async def stop_server(self, token, user, server, *, remove=False):
        self.asked.append(("stop", user, server, remove))
        return _answer(self.stops)

    @asynccontextmanager
    async def progress(self, token, user, server):
        events = self.events.pop(0) if self.events else errors.HubRefused("not starting")
        if isinstance(events, Exception):
            raise events

        async def read():
            for event in events:
                if isinstance(event, Exception):
                    raise event
                yield event

        yield read()


def _answer(answers):
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


class Records(list):
    def record(self, **fields):
        self.append((fields["action"], fields["target"], fields["outcome"], fields["reason"]))


class Both:
    """What the handlers see: how the servers are, and what can be done with them."""

    def __init__(self, hub, records, sleep):
        log = logging.getLogger("test")
        self.look = HubServers(hub, HUB, log=log, now=lambda: NOW, sleep=sleep)
        self.act = ServerActions(hub, HUB, self.look, hub_records.Records(records), sleep=sleep)

    def __getattr__(self, name):
        return getattr(self.act, name, None) or getattr(self.look, name)


async def read(events):
    return [event async for event in events]


async def settled(servers):
    await asyncio.gather(*servers.follower._tasks)


RUNNING = HubServer(ready=True, url="/user/alice/", started=NOW, stopped=False)
STARTING = HubServer(pending="spawn", stopped=False)
STOPPING = HubServer(pending="stop", stopped=False)
STOPPED = HubServer(stopped=True)


def make_case():
    hub, records = FailingHub(), Records()

    async def sleep(seconds):
        await asyncio.sleep(0)

    return hub, Both(hub, records, sleep), records
