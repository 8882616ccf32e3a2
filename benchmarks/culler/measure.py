"""One pass of one culler: how long it takes, what others feel of it, and what the Hub has to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import accumulate, count
from pathlib import Path
from typing import Any

from benchmarks.hub.others import Answer, asking
from benchmarks.hub.run import BenchHub, bench_hub
from benchmarks.hub.seed import Size
from benchmarks.hub.spawner import ADMIN

IDLE = 3600  # seconds without use after which a server is due
# Seconds until a second pass, and until the Hub takes down what the proxy saw: after this one.
LATER = 3600
QUIET = 10.0  # seconds for which nothing but the small requests of others goes on
PATIENCE = 300.0  # seconds for a hub that has started to come to rest, and beside all the stops

# What others ask meanwhile: a person for themselves, and an admin for a page of users; seconds.
PROBES = {"GET /user": ("/user", 0.05), "page of 50 users": ("/users?limit=50", 1.0)}

Server = tuple[str, str]


@dataclass(frozen=True)
class Pass:
    """What was measured; times are `time.time`'s, as the Hub saw them.

    Attributes
    ----------
    begin, first_stop, end
        Of the request for the list by which it decided; of the first request to stop a server; and
        when the last server had stopped.
    most
        Stops under way at once.
    requests
        What it asked the Hub, from its start to its end.
    culled
        The servers that it stopped, the user and the name of each.
    cpu
        Seconds that the Hub was at work, without those that it is for the probes alone.
    no_core
        Seconds for which the Hub waited for a core.
    answers
        Of each of `PROBES`, from before the pass to its end.
    """

    begin: float
    first_stop: float
    end: float
    most: int
    requests: int
    culled: frozenset[Server]
    cpu: float
    no_core: float
    answers: dict[str, list[Answer]]

    def quiet(self, probe: str) -> list[Answer]:
        """Return the answers before the culler began."""
        return [each for each in self.answers[probe] if each.asked < self.begin]


def measure(folder: Path, size: Size, stop_seconds: float, *, ours: bool) -> Pass:
    """Let a culler make one pass over a new hub of this size.

    Raises
    ------
    RuntimeError
        It did not stop those who are due, or not only them.
    """
    with bench_hub(
        folder,
        size,
        stop_delay=stop_seconds,
        activity_interval=LATER,
        configure={"idle_timeout": IDLE, "cull_every": LATER, "service": ours},
    ) as hub:
        return asyncio.run(_measure(hub, size, stop_seconds))


async def _measure(hub: BenchHub, size: Size, stop_seconds: float) -> Pass:
    before = _at_rest(hub, size.active)
    due = {server for server, used in before.items() if _is_due(used)}
    if len(due) != size.idle:
        raise RuntimeError(f"{len(due)} servers are due, and not {size.idle}.")
    tokens = [_token(hub, name) for name in (hub.names[0], ADMIN)]
    async with AsyncExitStack() as stack:
        answers = {
            name: await stack.enter_async_context(asking(hub, path, every=every, token=token))
            for (name, (path, every)), token in zip(PROBES.items(), tokens, strict=True)
        }
        await asyncio.to_thread(hub.probe, reset=True)
        await asyncio.sleep(QUIET)
        quiet = await asyncio.to_thread(hub.probe, reset=True)
        hub.begin_services()
        requests = await _until_stopped(hub, size.idle, PATIENCE + size.idle * stop_seconds * 2)
        used = await asyncio.to_thread(hub.probe)
    culled = frozenset(before.keys() - _active(hub).keys())
    if culled != due:
        raise RuntimeError(
            f"Of {len(due)} servers that are due {len(culled & due)} were stopped, "
            f"and {len(culled - due)} others."
        )
    stops = [each for each in requests if each["method"] == "DELETE"]
    first_stop = min(each["begin"] for each in stops)
    end = max(each["end"] for each in stops)
    return Pass(
        begin=max(each["begin"] for each in requests if _is_list(each, first_stop)),
        first_stop=first_stop,
        end=end,
        most=_most_at_once(stops),
        requests=sum(each["begin"] <= end for each in requests),
        culled=culled,
        cpu=used["cpu"] - quiet["cpu"] / quiet["window"] * used["window"],
        no_core=used["no_core"],
        answers={
            name: [each for each in found if each.asked <= end] for name, found in answers.items()
        },
    )


def _at_rest(hub: BenchHub, active: int) -> dict[Server, str]:
    """Return the servers and when each was used last, once the Hub has looked at all of them."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        hub.probe(reset=True)
        time.sleep(1)
        figures = hub.probe()
        if figures["cpu"] < 0.1 * figures["window"]:
            servers = _active(hub)
            if len(servers) == active:
                return servers
    raise RuntimeError("The hub does not come to rest.")


def _active(hub: BenchHub) -> dict[Server, str]:
    """Return the servers that run, and when each was used last."""
    found: dict[Server, str] = {}
    for offset in count(step=200):
        query = {"state": "active", "limit": 200, "offset": offset}
        users = hub.api("GET", "/users", params=query).raise_for_status().json()
        for user in users:
            for name, server in user["servers"].items():
                if server["ready"]:
                    found[user["name"], name] = server["last_activity"]
        if not users:
            break
    return found


def _is_due(used: str) -> bool:
    last = datetime.fromisoformat(used.replace("Z", "+00:00"))  # Python 3.10 knows no Z
    return datetime.now(timezone.utc) - last > timedelta(seconds=IDLE)


def _token(hub: BenchHub, name: str) -> str:
    answer = hub.api("POST", f"/users/{name}/tokens", json={"note": "benchmark"})
    token: str = answer.raise_for_status().json()["token"]
    return token


async def _until_stopped(hub: BenchHub, servers: int, patience: float) -> list[dict[str, Any]]:
    """Return what the culler asked until so many servers had stopped."""
    requests: list[dict[str, Any]] = []
    end = time.monotonic() + patience
    while time.monotonic() < end:
        await asyncio.sleep(0.25)
        requests += await asyncio.to_thread(hub.seen, len(requests))
        if (
            sum(each["method"] == "DELETE" and each["status"] == 204 for each in requests)
            >= servers
        ):
            return requests
    raise RuntimeError(f"Within {patience:.0f} s the culler did not stop {servers} servers.")


def _is_list(request: dict[str, Any], before: float) -> bool:
    """Return whether a list of servers was begun with it."""
    is_first = request["path"].endswith("/api/users") and request["first_page"]
    return bool(is_first and request["begin"] < before)


def _most_at_once(stops: Iterable[dict[str, Any]]) -> int:
    changes = [(each["begin"], 1) for each in stops] + [(each["end"], -1) for each in stops]
    return max(accumulate(change for _, change in sorted(changes)))
