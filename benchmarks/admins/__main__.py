"""``python -m benchmarks.admins``: what one admin who looks costs the Hub, and what ten cost.

A hub with the hub service. Each admin is the watcher of a single-user server, the product's own,
all in this process and each with a token of its own, who looks at the first running servers.
Once they watch by themselves, as without the service, and once the service looks for all of them.
The Hub's own clock says how much of its thread is used; then servers are stopped elsewhere, and it
is timed when each admin hears of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx

from benchmarks.hub.run import BenchHub, bench_hub
from benchmarks.hub.seed import Size
from benchmarks.hub.spawner import ADMIN
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.live.streams import Stream
from hub_admin_lab.hub.parts import HubParts, build
from hub_admin_lab.hub.scopes import Scopes
from hub_admin_lab.models import LiveView, LiveWindow

SCOPES = Scopes(["list:users", "read:servers", "read:users:activity", "read:users:groups"])
IN_VIEW = 30
WINDOWS = 5
SETTLE = 20  # seconds: each has asked for the whole page once
NEVER = 60  # seconds after which a change was not heard of
WINDOW = LiveWindow(state="running")
LOG = logging.getLogger(__name__)


class Silent:
    """Keeps no record: nobody acts here."""

    def record(self, **of: str) -> None:
        """Keep none of it."""


class Admin:
    """An admin who looks.

    Parameters
    ----------
    service
        Whether the hub service may look for them.
    """

    def __init__(self, hub: BenchHub, token: str, *, service: bool) -> None:
        self._actor = Actor(ADMIN, admin=True, at_home=True, scopes=SCOPES, token=token)
        self._parts: HubParts = build(
            HubConnection(
                api_url=hub.api_url,
                prefix="/hub/",
                host="",
                owner=ADMIN,
                server_name="",
                granted=SCOPES,
                access=Scopes(),
                service_url=f"{hub.url}/services/hub-admin-lab" if service else "",
            ),
            Silent(),
            LOG,
            concurrency=10,
            timeout=30,
            live_period=2,
        )
        self._stream: Stream = self._parts.watcher.open(self._actor)
        self._heard: dict[str, float] = {}
        self._listening = asyncio.ensure_future(self._listen())

    async def look(self) -> list[str]:
        """Have the first page in view; return who is on it."""
        page = await self._parts.client.list_users(
            self._actor.token, state="active", sort=WINDOW.sort, limit=WINDOW.limit
        )
        names = [user.name for user in page.items][:IN_VIEW]
        self._parts.watcher.look(
            self._actor, self._stream.name, LiveView(users=names, windows=[WINDOW])
        )
        return names

    async def hears(self, user: str, since: float) -> float:
        """Return the seconds after which it was told that the server of a user has stopped."""
        while user not in self._heard:
            if time.perf_counter() > since + NEVER:
                raise RuntimeError(f"Nobody was told that the server of {user} has stopped.")
            await asyncio.sleep(0.01)
        return self._heard[user] - since

    async def _listen(self) -> None:
        async for message in self._stream.listener:
            data = json.loads(message.data)
            users = data.get("changed", []) if message.name == "users" else []
            servers = [data] if message.name == "server" else []
            servers += [server for user in users for server in user["servers"]]
            for server in servers:
                if server["state"] == "stopped":
                    self._heard.setdefault(server["user"], time.perf_counter())

    async def close(self) -> None:
        """Look no longer."""
        self._listening.cancel()
        await self._parts.close()


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--admins", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--seconds", type=int, default=120, help="of each look at the Hub's thread")
    parser.add_argument("--changes", type=int, default=5, help="made elsewhere, each time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        size = Size(options.users, active=max(50, options.users // 20))
        # Of a day, so that nothing is stopped behind the measurement's back.
        configure = {"service": True, "idle_timeout": 86400}
        with bench_hub(Path(folder) / "hub", size, configure=configure) as hub:
            _begin_service(hub)
            asyncio.run(_measure(hub, options))


def _begin_service(hub: BenchHub) -> None:
    hub.begin_services()
    end = time.monotonic() + 120
    while httpx.get(f"{hub.url}/services/hub-admin-lab/api/health").status_code != httpx.codes.OK:
        if time.monotonic() > end:
            raise RuntimeError("The hub service did not begin.")
        time.sleep(1)


async def _measure(hub: BenchHub, options: argparse.Namespace) -> None:
    base = await _share(hub, options.seconds)
    print(f"\n{options.users:,} users; the Hub's thread with nobody looking: {base:.2f} %\n")
    print("| | admins | the Hub's thread | a change made elsewhere is heard after, median [most] |")
    print("| --- | --- | --- | --- |")
    for service, label in ((False, "each by themselves"), (True, "the service for all")):
        for number in options.admins:
            async with AsyncExitStack() as stack:
                admins = []
                for _ in range(number):
                    admin = Admin(hub, _token(hub), service=service)
                    stack.push_async_callback(admin.close)
                    admins.append(admin)
                in_view = await admins[0].look()
                for admin in admins[1:]:
                    await admin.look()
                await asyncio.sleep(SETTLE)
                share = await _share(hub, options.seconds) - base
                heard = await _changes(hub, admins, in_view[: options.changes])
            print(
                f"| {label} | {number} | {share:+.2f} % |"
                f" {statistics.median(heard):.1f} s [{max(heard):.1f} s] |",
                flush=True,
            )


async def _share(hub: BenchHub, seconds: float) -> float:
    """Return the percentage of the Hub's thread that is used, the median of some windows."""
    shares = []
    for _ in range(WINDOWS):
        hub.probe(reset=True)
        await asyncio.sleep(seconds / WINDOWS)
        figures = hub.probe()
        shares.append(100 * figures["cpu"] / figures["window"])
    return statistics.median(shares)


async def _changes(hub: BenchHub, admins: list[Admin], users: Iterable[str]) -> list[float]:
    heard = []
    for user in users:
        since = time.perf_counter()
        hub.api("DELETE", f"/users/{user}/server").raise_for_status()
        heard += await asyncio.gather(*(admin.hears(user, since) for admin in admins))
        await asyncio.sleep(1)
    return heard


def _token(hub: BenchHub) -> str:
    answer: dict[str, Any] = hub.api("POST", f"/users/{ADMIN}/tokens").raise_for_status().json()
    return str(answer["token"])


if __name__ == "__main__":
    main()
