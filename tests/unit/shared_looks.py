"""The hub service that looks for all who watch, in the watchers' own time."""

from __future__ import annotations

from dataclasses import replace

from hub_admin_lab.hub.relay import Relayed
from hub_admin_lab.hub.scopes import WATCH, Scopes
from hub_admin_lab.models.watching import Watched, WatchRequest
from hub_admin_lab.service.watching import Watching

from .failing_hub import ADMIN

MANAGER = replace(ADMIN, scopes=Scopes([*WATCH, "servers"]))
SERVICE = "the service's own"


class Service:
    """The hub service, with the watchers' own time."""

    def __init__(self, case):
        self.hub = case.hub
        self.error = None
        self.status = 200
        self.said = None
        self.asked = []
        self.watching = Watching(self._page, clock=case.time.clock, sleep=case.time.sleep)

    async def _page(self, page):
        found = await self.hub.list_users(SERVICE, **page.model_dump())
        unseen = {"admin": False}
        items = [user.model_copy(update=unseen) for user in found.items]
        return found.model_copy(update={"items": items})

    async def __call__(self, method, path, token, *, body):
        assert (method, path) == ("POST", "watch")
        self.asked.append(token)
        if self.error is not None:
            raise self.error
        if self.status != 200:
            return Relayed(self.status, b'{"message": "No.", "code": "forbidden"}')
        if self.said is not None:
            return Relayed(200, self.said)
        request = WatchRequest.model_validate_json(body)
        found = self.watching.look(token.encode(), request.pages)
        answer = Watched(pages=found, watchers=self.watching.watchers)
        return Relayed(200, answer.model_dump_json().encode())


def last_state(told, user):
    """Return the state of a user's server as it was told last."""
    for name, data in reversed(told):
        servers = [data] if name == "server" else []
        if name == "users":
            servers = [each for view in data["changed"] + data["added"] for each in view["servers"]]
        for server in servers:
            if server["user"] == user:
                return server["state"]
    return None
