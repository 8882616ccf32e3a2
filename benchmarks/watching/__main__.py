"""``python -m benchmarks.watching``: what an open panel moves at the Hub, beside JupyterLab alone.

Two hubs with their proxies, each with an admin in a browser of their own who touches nothing: one
has the panel open, one has not. What the Hub calls the last activity of each user and each server
is taken down now and then, and what moved is counted. It ends with an error if others' moved,
or the admin's own more often with the panel than without it.

With ``--service`` they are three, with the hub service and some real servers whose agents report to
it: without the panel, with it, and with its idle rules in view.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.hub.run import ROOT, BenchHub, bench_hub
from benchmarks.hub.seed import Size
from benchmarks.hub.spawner import REAL
from benchmarks.panel.__main__ import chromium

USERS, ACTIVE = 200, 50
SLACK = 1  # how much more often the admin's own may move: where a look falls is chance
AGENTS = 3  # servers of others that are real, on a hub with the service
EVERY = 10  # seconds between two looks, and between two at which the Hub takes activity down
START_SECONDS = 120
Activity = dict[str, str | None]
ADMIN = ("admin", "admin/")


@dataclass(frozen=True)
class Case:
    """What an admin has open: the panel, and the idle rules in the main area."""

    name: str
    panel: bool = False
    rules: bool = False


WITHOUT_SERVICE = (Case("with the panel", panel=True), Case("without it"))
WITH_SERVICE = (
    Case("with the panel", panel=True),
    Case("with its idle rules", panel=True, rules=True),
    Case("without it"),
)


def main() -> None:
    """Watch, and print what moved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--service", action="store_true", help="with the hub service and agents")
    options = parser.parse_args()
    agents = AGENTS if options.service else 0
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        hubs = {}
        for number, case in enumerate(WITH_SERVICE if options.service else WITHOUT_SERVICE):
            hub = stack.enter_context(
                bench_hub(
                    Path(folder) / str(number),
                    Size(USERS, active=ACTIVE),
                    activity_interval=EVERY,
                    # Of a day, so that nothing is stopped behind the measurement's back.
                    configure={"service": True, "idle_timeout": 86400} if agents else None,
                )
            )
            if agents:
                hub.begin_services()
                _start_servers(hub, [f"{REAL}{number}" for number in range(agents)])
            stack.enter_context(_admin_in_lab(hub, case))
            hubs[case.name] = hub
        time.sleep(6 * EVERY)  # what opening it was, is taken down
        moved = _watch(hubs, options.minutes * 60)
        for hub in hubs.values():
            if _reporting(hub) < agents:
                raise RuntimeError("Not all agents reported until the end.")
    users, servers = USERS + agents, ACTIVE + agents
    print(f"What moved in {options.minutes:g} minutes, looked at every {EVERY} s:")
    for name, counts in moved.items():
        others = _others(counts)
        print(
            f"  {name}: of {users} others and their {servers} servers {len(others)} {others or ''}"
        )
        print(f"    the admin {counts['admin']} times, the admin's server {counts['admin/']} times")
    if wrong := _wrong(moved):
        raise SystemExit("\n".join(wrong))


def _others(counts: Counter[str]) -> dict[str, int]:
    return {key: count for key, count in counts.items() if key not in ADMIN}


def _wrong(moved: dict[str, Counter[str]]) -> list[str]:
    """Return in sentences what the panel must not move and did."""
    alone = moved["without it"]
    return [
        *(f"Others' activity moved {name}." for name in moved if _others(moved[name])),
        *(
            f"{key} moved {counts[key]} times {name}, {alone[key]} times without it."
            for name, counts in moved.items()
            for key in ADMIN
            if counts[key] > alone[key] + SLACK
        ),
    ]


def _start_servers(hub: BenchHub, names: list[str]) -> None:
    """Start the server of each, and wait until all of them report to the service."""
    for name in names:
        hub.api("POST", f"/users/{name}").raise_for_status()
        hub.api("POST", f"/users/{name}/server").raise_for_status()
    end = time.monotonic() + START_SECONDS
    while _reporting(hub) < len(names):
        if time.monotonic() > end:
            raise RuntimeError("The servers do not report to the hub service.")
        time.sleep(1)


def _reporting(hub: BenchHub) -> int:
    """Return how many servers of others report to the hub service."""
    headers = {"Authorization": f"token {hub.token}"}
    address = f"{hub.url}/services/hub-admin-lab/api/servers"
    answer = httpx.get(address, headers=headers, timeout=60)
    if answer.status_code != httpx.codes.OK:
        return 0  # it has just begun
    servers = answer.json()["items"]
    return sum(
        1
        for each in servers
        if each["user"].startswith(REAL)
        and each["report"]
        and not each["decision"]["reason_code"].endswith("reports_stopped")
    )


def _watch(hubs: dict[str, BenchHub], seconds: float) -> dict[str, Counter[str]]:
    moved = {name: Counter[str]() for name in hubs}
    last = {name: _activity(hub) for name, hub in hubs.items()}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(EVERY)
        for name, hub in hubs.items():
            now = _activity(hub)
            moved[name].update(key for key, at in now.items() if at != last[name].get(key))
            last[name] = now
    return moved


def _activity(hub: BenchHub) -> Activity:
    """Return the last activity of each user, and of each active server as `user/server`."""
    found: Activity = {}
    for offset in range(0, USERS + AGENTS + 1, 200):
        answer = hub.api("GET", "/users", params={"limit": 200, "offset": offset})
        for user in answer.raise_for_status().json():
            found[user["name"]] = user["last_activity"]
            for name, server in user["servers"].items():
                found[f"{user['name']}/{name}"] = server["last_activity"]
    return found


@contextlib.contextmanager
def _admin_in_lab(hub: BenchHub, case: Case) -> Iterator[None]:
    parameters = {
        "url": hub.url,
        "password": hub.password,
        "chromium": chromium(),
        "panel": case.panel,
        "rules": case.rules,
    }
    browser = subprocess.Popen(
        ["node", str(Path(__file__).with_name("browser.js")), json.dumps(parameters)],
        env={**os.environ, "NODE_PATH": str(ROOT / "ui-tests" / "node_modules")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert browser.stdin
    assert browser.stdout
    try:
        if browser.stdout.readline().strip() != "open":
            raise RuntimeError("The browser did not open JupyterLab.")
        yield
        if browser.poll() is not None:
            raise RuntimeError("The browser ended before its time.")
    finally:
        browser.stdin.close()
        browser.wait(60)


if __name__ == "__main__":
    main()
