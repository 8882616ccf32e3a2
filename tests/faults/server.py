"""What lives in one server: ``python -m tests.faults.server FOLDER USER LIFE``.

The agent of the product, with the real connection and the server's own token, in a server that is
made up: whoever uses it touches a file, and a busy one runs code without end. Like any single-user
server it tells the Hub of its activity too. What it told, and was taken, it writes down.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from hub_admin_lab.agent.agent import Agent
from hub_admin_lab.agent.connection import ServiceConnection
from hub_admin_lab.agent.here import Here
from hub_admin_lab.idle.here import Seen
from hub_admin_lab.idle.kernels import KernelFacts

from .hurry import hurry

TELL_HUB = 4.0
"""Seconds between two times that the server tells the Hub what it did."""
LOOK = 0.3


class MadeUpServer:
    """The server.

    Parameters
    ----------
    life
        Begins with ``busy``: a kernel runs code without end; with ``mute``: it has no agent.
    """

    def __init__(self, folder: Path, user: str, life: str) -> None:
        self.user = user
        self.busy = life.startswith("busy")
        self._folder = folder
        self._used = folder / "used" / user
        up = json.loads((folder / "up" / user).read_text())
        self.environment = up["environment"]
        self.started = up["started"]

    def used(self) -> float | None:
        """Return when somebody last used it, in this run."""
        with suppress(OSError):
            at = self._used.stat().st_mtime
            return at if at >= self.started else None
        return None

    def note(self, to: str, activity: float | None) -> None:
        line = {"to": to, "at": time.time(), "activity": activity, "busy": self.busy}
        with (self._folder / "told" / self.user).open("a") as file:
            file.write(json.dumps(line) + "\n")

    async def look(self) -> Seen:
        now = datetime.now(timezone.utc)
        if not self.busy:
            return Seen(at=now)
        began = datetime.fromtimestamp(self.started, timezone.utc)
        return Seen(
            at=now,
            kernels=(
                KernelFacts(
                    id="kernel",
                    name="python3",
                    state="busy",
                    last_activity=began,
                    busy_since=began,
                    connections=0,
                ),
            ),
        )


class Presence:
    def __init__(self, server: MadeUpServer) -> None:
        self._server = server

    def seconds(self) -> float | None:
        at = self._server.used()
        return None if at is None else max(0.0, time.time() - at)

    def pages(self) -> int:
        return 1


class NoStops:
    def unnoted(self):
        return []

    def noted(self, number: int) -> None:
        """There are none."""


class Noted(ServiceConnection):
    """Writes down what was taken."""

    server: MadeUpServer

    async def send(self, report, token):
        age = report["presence_seconds"]
        used = None if age is None else time.time() - age
        reply = await super().send(report, token)
        if reply.status == 200:
            self.server.note("service", used)
        return reply


async def _no_kernel(kernel_id: str, actor: str, reason: str) -> None:
    """Nobody asks for that here."""


def agent_of(server: MadeUpServer) -> Agent:
    connection = Noted(server.environment["HUB_ADMIN_LAB_SERVICE_URL"], version="1")
    connection.server = server
    return Agent(
        connection,
        Here(
            user=server.user,
            server="",
            version="1",
            look=server.look,
            take_rules=lambda rules: None,
            stop_kernel=_no_kernel,
            presence=Presence(server),
            stops=NoStops(),
        ),
        own_token=server.environment["JUPYTERHUB_API_TOKEN"],
        log=logging.getLogger(server.user),
    )


async def tell_hub(server: MadeUpServer) -> None:
    """Tell the Hub of what is new, as `jupyterhub-singleuser` does, until this ends."""
    http = SimpleAsyncHTTPClient(force_instance=True)
    environment = server.environment
    told = 0.0
    while True:
        await asyncio.sleep(TELL_HUB)
        activity = time.time() if server.busy else server.used() or 0.0
        if activity <= told:
            continue
        moment = datetime.fromtimestamp(activity, timezone.utc).isoformat()
        with suppress(HTTPClientError, OSError):
            await http.fetch(
                HTTPRequest(
                    environment["JUPYTERHUB_ACTIVITY_URL"],
                    method="POST",
                    headers={"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"},
                    body=json.dumps(
                        {"last_activity": moment, "servers": {"": {"last_activity": moment}}}
                    ),
                )
            )
            told = activity
            server.note("hub", activity)


async def main(folder: str, user: str, life: str) -> None:
    server = MadeUpServer(Path(folder), user, life)
    telling = asyncio.ensure_future(tell_hub(server))
    if life.startswith("mute"):
        await telling
    agent = agent_of(server)
    agent.start()
    used = None
    while not telling.done():
        await asyncio.sleep(LOOK)
        before, used = used, server.used()
        if used != before:
            agent.somebody_came()


if __name__ == "__main__":
    hurry("hub_admin_lab.agent")
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s")
    asyncio.run(main(*sys.argv[1:]))
