"""``python -m benchmarks.bulk``: how long it takes, and what others feel of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from benchmarks.hub.others import Answer, asking, percentile
from benchmarks.hub.run import BenchHub, bench_hub
from benchmarks.hub.seed import Size
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.parts import build
from hub_admin_lab.hub.scopes import Scopes

EVERY = 0.05  # seconds between two requests of others


class _NoRecord:
    """Records nothing: the record of a server is not what is measured."""

    def record(self, **_: Any) -> None:
        """Forget it."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--targets", type=int, default=100)
    parser.add_argument("--stop-seconds", type=float, default=0.5)
    options = parser.parse_args()
    size = Size(options.users, active=2 * options.targets)
    with (
        tempfile.TemporaryDirectory() as folder,
        bench_hub(Path(folder) / "hub", size, stop_delay=options.stop_seconds) as hub,
    ):
        asyncio.run(_measure(hub, options.targets, options.stop_seconds))


async def _measure(hub: BenchHub, targets: int, delay: float) -> None:
    answer = hub.api("GET", "/users", params={"state": "active", "limit": 200})
    names = [user["name"] for user in answer.json()]
    ours, others = names[:targets], names[targets : 2 * targets]
    seconds, answers = await _with_others(hub, lambda: _bulk(hub, ours))
    print(f"{targets} stops of {delay:g} s, {len(hub.names):,} users")
    print(f"  bulk:             {_line(seconds, answers)}")
    seconds, answers = await _with_others(hub, lambda: _one_by_one(hub, others))
    print(f"  one by one:       {_line(seconds, answers)}")


def _line(seconds: float, answers: list[Answer]) -> str:
    p95 = 1000 * percentile(answers, 0.95)
    return f"{seconds:6.1f} s; the Hub answers others within {p95:4.0f} ms (p95)"


async def _with_others(
    hub: BenchHub, work: Callable[[], Awaitable[None]]
) -> tuple[float, list[Answer]]:
    """Return the seconds that the work takes, and the answers to others' small requests."""
    async with asking(hub, "/", every=EVERY) as answers:
        begin = time.perf_counter()
        await work()
        seconds = time.perf_counter() - begin
    return seconds, answers


async def _bulk(hub: BenchHub, names: list[str]) -> None:
    scopes = Scopes(["list:users", "read:servers", "servers", "delete:servers"])
    connection = HubConnection(
        api_url=hub.api_url,
        prefix="/hub/",
        host="",
        owner="admin",
        server_name="",
        granted=scopes,
        access=scopes,
    )
    actor = Actor(name="admin", admin=True, at_home=True, scopes=scopes, token=hub.token)
    log = logging.getLogger(__name__)
    parts = build(connection, _NoRecord(), log, concurrency=10, timeout=60, live_period=2)
    progress = parts.bulks.start(actor, "stop", [(name, "") for name in names])
    while progress.state == "running":
        await asyncio.sleep(EVERY)
        progress = parts.bulks.status(actor, progress.id)
    if progress.failed:
        raise RuntimeError(f"{progress.failed} servers were not stopped.")
    await parts.close()


async def _one_by_one(hub: BenchHub, names: list[str]) -> None:
    """As jupyterhub-idle-culler does it for users with one server."""
    headers = {"Authorization": f"token {hub.token}"}
    async with httpx.AsyncClient(headers=headers, timeout=60) as client:
        for name in names:
            (await client.delete(f"{hub.api_url}/users/{name}/server")).raise_for_status()


if __name__ == "__main__":
    main()
