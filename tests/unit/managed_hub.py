"""A small Hub in memory, with users and groups that can be changed, behind the real client."""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import unquote

import httpx

from hub_admin_lab.hub.actions.server_actions import ServerActions
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.manage.add_users import UserAdder
from hub_admin_lab.hub.manage.groups import HubGroups
from hub_admin_lab.hub.manage.manager import HubManager
from hub_admin_lab.hub.manage.named_servers import NamedServers
from hub_admin_lab.hub.records import Records
from hub_admin_lab.hub.scopes import Scopes

from .failing_hub import HUB

SCOPES = [
    *("list:users", "read:servers", "start:servers", "delete:servers"),
    *("admin:users", "delete:users", "shutdown"),
    *("admin:groups", "delete:groups", "groups", "list:groups", "read:groups"),
]


def actor(*scopes, name="admin"):
    return Actor(name, admin=True, at_home=True, scopes=Scopes(scopes), token="t")


ADMIN = actor(*SCOPES)
ASSISTANT = actor("list:users!group=class-a", "servers!group=class-a", name="assistant")


def server(name="", **fields):
    fields = {"name": name, "display_name": name, "ready": False, "stopped": True, **fields}
    return {"pending": None, "user_options": {}, **fields}


def running(name=""):
    return server(name, ready=True, stopped=False, url=f"/{name}")


class ManagedHub:
    """Answers as the Hub does.

    Attributes
    ----------
    answers
        They go before that, by method and path.
    stops_take, gives_up
        How often a server is looked at before it has stopped; or runs on.
    most_stopping
        How many servers were stopping at once.
    """

    def __init__(self):
        self.users = {name: {"name": name, "servers": {}} for name in ("admin", "alice", "bob")}
        self.groups = {}
        self.answers = {}
        self.asked = []
        self.bad_names = {"", "a/b"}
        self.page = 200
        self.scopes = SCOPES
        self.stops_take = 0
        self.gives_up = False
        self.most_stopping = 0
        self._stopping = {}

    async def __call__(self, request):
        path = request.url.raw_path.decode().partition("?")[0].removeprefix("/hub/api")
        body = json.loads(request.content) if request.content else None
        if request.method != "GET":
            self.asked.append((request.method, path, body))
        answer = self.answers.get((request.method, path))
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        _, kind, *names = path.split("/")
        method = getattr(self, f"{request.method.lower()}_{kind}")
        return method(body, *map(unquote, names), **dict(request.url.params))

    def acted(self):
        """Return what was asked of the Hub but for looking, without the bodies."""
        return [(method, path) for method, path, _ in self.asked]

    # --- users ----------------------------------------------------------------------------

    def get_users(self, body, name, **_):
        for key, left in list(self._stopping.items()):
            self._stopping[key] = left - 1
            if left == 0:
                del self._stopping[key]
                self.users[name]["servers"][key] = running(key) if self.gives_up else server(key)
        return _json(200, self.users[name]) if name in self.users else _refusal(404, None)

    def post_users(self, body):
        (name,) = (name.lower() for name in body["usernames"])
        if name in self.bad_names:
            return _refusal(400, f"Invalid username: {name}")
        if name in self.users:
            return _refusal(409, "All 1 users already exist")
        self.users[name] = {"name": name, "admin": body["admin"], "servers": {}}
        return _json(201, [self.users[name]])

    def patch_users(self, body, name, *server_path):
        if server_path:
            return self.patch_server(body, name, server_path[1])
        user = self.users.pop(name)
        user.update(body)
        self.users[user["name"]] = user
        return _json(200, {**user, "servers": {}})

    def patch_server(self, body, user, name):
        before = self.users[user]["servers"].pop(name)
        changed = {**before, **body}
        # It lists the options that the server was started with until the next start.
        listed = {**changed, "user_options": before["user_options"]}
        self.users[user]["servers"][changed["name"]] = listed
        return _json(200, changed)

    def put_users(self, body, user, _, name):
        self.users[user]["servers"][name] = server(name)
        return _json(201, server(name))

    def delete_users(self, body, name, *server_path):
        if not server_path:
            del self.users[name]
            return httpx.Response(204)
        key = server_path[1] if len(server_path) > 1 else ""
        if self.stops_take:
            self._stopping[key] = self.stops_take
            self.most_stopping = max(self.most_stopping, len(self._stopping))
            self.users[name]["servers"][key] = server(key, pending="stop", stopped=False)
            return httpx.Response(202)
        self.users[name]["servers"][key] = server(key)
        return httpx.Response(204)

    # --- groups ---------------------------------------------------------------------------

    def get_groups(self, body, name=None, offset="0", limit="50"):
        if name is not None:
            known = name in self.groups
            return _json(200, self.groups[name]) if known else _refusal(404, "No such group")
        begin, size = int(offset), min(int(limit), self.page)
        groups = list(self.groups.values())
        more = begin + size < len(groups)
        page = {"total": len(groups), "next": {"offset": begin + size} if more else None}
        return _json(200, {"items": groups[begin : begin + size], "_pagination": page})

    def post_groups(self, body, name, members=None):
        if members is None:
            self.groups[name] = {"name": name, "users": [], "properties": {}}
            return _json(201, self.groups[name])
        unknown = [user for user in body["users"] if user not in self.users]
        if unknown:
            return _refusal(400, f"No such user: {unknown[0]}")
        self.groups[name]["users"] += body["users"]
        return _json(200, self.groups[name])

    def delete_groups(self, body, name, members=None):
        if members is None:
            del self.groups[name]
            return httpx.Response(204)
        left = [user for user in self.groups[name]["users"] if user not in body["users"]]
        self.groups[name]["users"] = left
        return _json(200, self.groups[name])

    def put_groups(self, body, name, _):
        self.groups[name]["properties"] = body
        return _json(200, self.groups[name])

    def get_user(self, body):
        return _json(200, {"name": "admin", "scopes": self.scopes})

    def post_shutdown(self, body):
        return _json(202, {"message": "Shutting down Hub"})


def _json(status, body):
    return httpx.Response(status, json=body)


def _refusal(status, message):
    return httpx.Response(status, json={"status": status, "message": message})


refusal = _refusal


class Case:
    """A Hub, what changes it, and what was recorded and told."""

    def __init__(self):
        self.hub = ManagedHub()
        self.recorded = []
        self.told = []
        self.pauses = 0
        client = HubClient("http://hub.test/hub/api", transport=httpx.MockTransport(self.hub))
        records = Records(self)
        self.servers = HubServers(client, HUB, log=logging.getLogger("test"), sleep=self._sleep)
        self.servers.news.removed = lambda name: self.told.append(("removed", name))
        self.servers.news.seen = lambda user, server=None: self.told.append(("seen", user.name))
        asking = ServerActions(client, HUB, self.servers, records, sleep=self._sleep).asking
        self.manager = HubManager(client, self.servers, asking, records, sleep=self._sleep)
        self.named = NamedServers(client, self.servers, records)
        self.adder = UserAdder(client, self.servers, records)
        self.groups = HubGroups(client, records)

    async def _sleep(self, seconds):
        self.pauses += 1
        await asyncio.sleep(0)

    def record(self, *, actor, action, target, outcome, reason=""):
        self.recorded.append((action, target, outcome, reason))
