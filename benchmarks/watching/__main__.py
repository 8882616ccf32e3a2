"""``python -m benchmarks.watching``: what an open panel moves at the Hub, beside JupyterLab alone.

Two hubs with their proxies, each with an admin in a browser of their own who touches nothing: one
has the panel open, one has not. What the Hub calls the last activity of each user and each server
is taken down now and then, and what moved is counted.
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
from pathlib import Path

from benchmarks.hub.run import ROOT, BenchHub, bench_hub
from benchmarks.hub.seed import Size
from benchmarks.panel.__main__ import chromium

USERS, ACTIVE = 200, 50
EVERY = 10  # seconds between two looks, and between two at which the Hub takes activity down
Activity = dict[str, str | None]


def main() -> None:
    """Watch, and print what moved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        hubs = {}
        for name, panel in (("with the panel", True), ("without it", False)):
            hub = stack.enter_context(
                bench_hub(
                    Path(folder) / name.split()[0],
                    Size(USERS, active=ACTIVE),
                    activity_interval=EVERY,
                )
            )
            stack.enter_context(_admin_in_lab(hub, panel=panel))
            hubs[name] = hub
        time.sleep(6 * EVERY)  # what opening it was, is taken down
        moved = _watch(hubs, options.minutes * 60)
    print(f"What moved in {options.minutes:g} minutes, looked at every {EVERY} s:")
    for name, counts in moved.items():
        others = {key: count for key, count in counts.items() if not key.startswith("admin")}
        print(
            f"  {name}: of {USERS} others and their {ACTIVE} servers {len(others)} {others or ''}"
        )
        print(f"    the admin {counts['admin']} times, the admin's server {counts['admin/']} times")


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
    for offset in range(0, USERS + 1, 200):
        answer = hub.api("GET", "/users", params={"limit": 200, "offset": offset})
        for user in answer.raise_for_status().json():
            found[user["name"]] = user["last_activity"]
            for name, server in user["servers"].items():
                found[f"{user['name']}/{name}"] = server["last_activity"]
    return found


@contextlib.contextmanager
def _admin_in_lab(hub: BenchHub, *, panel: bool) -> Iterator[None]:
    parameters = {
        "url": hub.url,
        "password": hub.password,
        "chromium": chromium(),
        "panel": panel,
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
