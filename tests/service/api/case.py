"""A service with a real database, real HTTP, and a Hub that says what it is told to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from hub_admin_lab.errors import HubNotFound, HubUnreachable
from hub_admin_lab.hub.models import HubUserPage
from hub_admin_lab.service.app import Service
from hub_admin_lab.service.settings import ServiceSettings
from hub_admin_lab.service.store import Store

from .people import PEOPLE, TOKENS, hub_user

KEY = b"0123456789abcdef0123456789abcdef"
RUN = "run-number-1"


class FakeHub:
    """What the service asks of the Hub."""

    def __init__(self, clock):
        self.clock = clock
        self.tokens = dict(TOKENS)
        self.users = {name: hub_user(name, clock) for name in PEOPLE}
        self.away = False
        self.asked = []
        self.stopped = []
        self.pages = []

    def _here(self):
        if self.away:
            raise HubUnreachable("The hub cannot be reached.")

    async def ask(self, token):
        self.asked.append(token)
        self._here()
        return self.tokens.get(token)

    async def active_users(self):
        self._here()
        users = [user for user in self.users.values() if user.servers]
        yield HubUserPage.model_validate(
            {"items": [user.model_dump() for user in users], "_pagination": {"total": len(users)}}
        )

    async def page(self, page):
        """Everybody, whatever page is asked for."""
        self.pages.append(page)
        self._here()
        users = [user.model_dump() for user in self.users.values()]
        return HubUserPage.model_validate({"items": users, "_pagination": {"total": len(users)}})

    async def user(self, name):
        self._here()
        if name not in self.users:
            raise HubNotFound("There is no such user.")
        return self.users[name]

    async def members_of(self, group):
        self._here()
        return [user.name for user in self.users.values() if group in user.groups]

    async def stop_server(self, user, server):
        self._here()
        self.stopped.append((user, server))
        self.users[user] = hub_user(user, self.clock, servers=[])
        return True

    async def answer_time(self):
        self._here()
        return 0.001


@dataclass
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["code"]


class Case:
    """A running service; `clock` is its time, `seconds` its monotonic clock."""

    def __init__(self, clock, url):
        self.clock = clock
        self.seconds = 0.0
        self.began = clock()
        self.set_by = 0.0
        self.hub = FakeHub(clock)
        self.url = url
        self.settings = ServiceSettings(
            api_url="http://hub.test/hub/api",
            api_token="the service's own",
            database=url,
            agent_key=KEY,
            cull_every=None,
        )
        self.service = None
        self.sequence = 0

    async def listen(self, **settings):
        """Start it as far as it comes without a database."""
        self.settings = ServiceSettings(**{**self.settings.__dict__, **settings})
        self.store = Store(self.url, now=self.clock)
        self.service = Service(
            self.settings,
            store=self.store,
            hub=self.hub,
            ask=self.hub.ask,
            now=self.clock,
            clock=self.monotonic,
        )
        self.port = await self.service.start()
        return self

    async def start(self, **settings):
        await self.listen(**settings)
        await self.service.open()
        if not self.hub.away:
            await self.service.refresh()
        return self

    def monotonic(self):
        return self.seconds + (self.clock() - self.began).total_seconds() - self.set_by

    def pass_by(self, **units):
        """Let time pass in which the service goes on."""
        end = self.clock.after(**units)
        while self.clock() < end:
            self.clock.now = min(end, self.clock.after(seconds=50))
            self.parts.settling.look()

    def set_clock(self, seconds):
        """Set the clock forward: no time passes by that."""
        self.clock.forward(seconds=seconds)
        self.set_by += seconds

    async def close(self):
        await self.service.close()
        await self.store.close()

    async def restart(self, **settings):
        await self.close()
        await self.start(**settings)

    @property
    def parts(self):
        return self.service.parts

    async def call(self, method, path, token=None, body=None, headers=(), raw=None):
        """Call the API; `token` names one of `people.TOKENS`."""
        sent = dict(headers)
        if token is not None:
            sent["Authorization"] = f"token {token}"
        content = raw if raw is not None else (None if body is None else json.dumps(body))
        answer = await AsyncHTTPClient().fetch(
            HTTPRequest(
                f"http://127.0.0.1:{self.port}/services/hub-admin-lab/{path}",
                method=method,
                headers=sent,
                body=content,
                allow_nonstandard_methods=True,
            ),
            raise_error=False,
        )
        return Answered(answer.code, answer.headers, answer.body or b"")

    async def api(self, method, path, token=None, body=None, **more):
        return await self.call(method, f"api/{path}", token, body, **more)

    # --- what tests do again and again ------------------------------------------------------

    def report(self, user="alice", server="", run=RUN, **more):
        self.sequence += 1
        return {
            "user": user,
            "server": server,
            "run": run,
            "sequence": self.sequence,
            "version": "1.0",
            **more,
        }

    async def check_in(self, token="alices-server", *args, **more):
        return await self.api("POST", "agents/checkin", token, self.report(*args, **more))

    async def put_rule(self, token, key, rule, version=None):
        path = "/".join(["rules", *(quote(part, safe="") for part in key if part)])
        body = {"rule": rule, **({} if version is None else {"version": version})}
        return await self.api("PUT", path, token, body)

    async def log(self):
        return (await self.api("GET", "audit?limit=200", "admin")).json["items"]


def kernel(id_="k1", **more):
    """A kernel in a report."""
    seen = {"name": "python3", "state": "idle", "idle_seconds": 60, "busy_seconds": None}
    return {"id": id_, "path": "train.ipynb", "connections": 0, **seen, **more}
