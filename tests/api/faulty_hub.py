"""A Hub that fails as it is told to, and a log-in that knows three people.

The real Hub is in tests/integration; this one is for what a real one does only on a bad day.
"""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

from jupyter_server.auth import IdentityProvider
from jupyterhub.singleuser.extension import JupyterHubUser
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from traitlets import Any

ADMIN_SCOPES = ["access:servers", "delete:servers", "list:users", "read:servers", "start:servers"]
MANAGER_SCOPES = [
    *ADMIN_SCOPES,
    *("admin:users", "delete:users", "shutdown"),
    *("admin:groups", "delete:groups", "groups", "list:groups", "read:groups"),
]
PEOPLE = {
    "admin-t0ken": {"name": "admin", "admin": True, "scopes": ADMIN_SCOPES},
    "manager-t0ken": {"name": "admin", "admin": True, "scopes": MANAGER_SCOPES},
    "unset-t0ken": {"name": "admin", "admin": True, "scopes": ["access:servers!user=admin"]},
    "plain-t0ken": {"name": "admin", "admin": False, "scopes": ["access:servers!user=admin"]},
    "guest-t0ken": {"name": "guest", "admin": False, "scopes": ["access:servers!server=admin/"]},
    "visitor-t0ken": {"name": "boss", "admin": True, "scopes": MANAGER_SCOPES},
}


class HubIdentity(IdentityProvider):
    """Logs in by the tokens above, the way that JupyterHub's own identity provider looks."""

    hub_auth = Any()

    def get_user(self, handler):
        token = self.hub_auth.get_token(handler)
        if token not in PEOPLE:
            return None
        handler._token_authenticated = True
        return JupyterHubUser(self.hub_auth.cache.setdefault(token, PEOPLE[token]))


class FaultyHub:
    """Listens on loopback and answers every request with what `answer` is set to."""

    def __init__(self):
        self.answer = (200, {"version": "6.1.1"})
        self.headers = {}
        self.asked = []
        self.given_up = 0
        hub = self

        class Anything(RequestHandler):
            async def respond(self):
                hub.asked.append(
                    (
                        self.request.method,
                        self.request.uri.partition("?")[0],
                        self.request.headers.get("Authorization"),
                    )
                )
                answer = hub.answer
                if callable(answer):
                    answer = answer(self.request)
                if isinstance(answer, asyncio.Event):
                    await answer.wait()
                    return
                status, body = answer
                self.set_status(status)
                for name, value in hub.headers.items():
                    self.set_header(name, value)
                if body == "":
                    return
                if isinstance(body, str):
                    self.set_header("Content-Type", "text/html")
                    self.write(body)
                else:
                    self.set_header("Content-Type", "application/json")
                    self.write(json.dumps(body))

            get = post = delete = put = patch = respond

            def on_connection_close(self):
                hub.given_up += 1

        sockets, self.port = bind_unused_port()
        self._server = HTTPServer(Application([(r".*", Anything)]))
        self._server.add_sockets([sockets])

    def stop(self):
        self._server.stop()

    def auth(self):
        """Return what JupyterHub's `hub_auth` tells about this Hub."""

        def get_token(handler):
            return handler.request.headers.get("Authorization", "").partition(" ")[2]

        return SimpleNamespace(
            api_url=f"http://127.0.0.1:{self.port}/hub/api",
            hub_prefix="/hub/",
            hub_host="",
            keyfile="",
            certfile="",
            client_ca="",
            get_token=get_token,
            cache={},
        )


def user(name="alice", **server):
    """Return a user as the Hub sends it, with one default server."""
    server = {"name": "", "pending": None, "ready": False, "stopped": True, "url": None, **server}
    return {"name": name, "admin": False, "groups": ["class-a"], "servers": {"": server}}


def page(*users, total=None):
    """Return a page of users as the Hub sends it."""
    return {
        "items": list(users),
        "_pagination": {"offset": 0, "limit": 50, "total": total or len(users), "next": None},
    }
