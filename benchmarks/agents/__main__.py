"""``python -m benchmarks.agents``: what 10,000 servers cost that report to one hub service.

The service and the Hub are real, the servers are not: see ``load.py``. It is looked at four times:
when the service has been started for the first time and every server introduces itself; at rest;
when the service has been started again, by the same key; and at rest again, beside many messages.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from benchmarks.agents.sender import Sender
from benchmarks.agents.service import HubService, use_of
from benchmarks.agents.stored import add_notices, database
from benchmarks.agents.table import show
from benchmarks.hub.run import BenchHub, bench_hub
from benchmarks.hub.seed import Size
from hub_admin_lab.service.checkins import PER_SECOND

ALONE = 20  # seconds for which the Hub is looked at without a service
LONGEST_WAVE = 1200  # seconds until all servers should be known
EVERY = 2  # seconds between two looks whether they are
# Nothing of the Hub's own goes on meanwhile that takes its time.
QUIET = 86400


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--servers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=180, help="of each look at rest")
    parser.add_argument("--notices", type=int, default=30_000)
    stored = parser.add_mutually_exclusive_group()
    stored.add_argument("--db-url", default="", help="of an empty database; else SQLite's")
    stored.add_argument("--postgres", action="store_true", help="start a PostgreSQL server")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    # What was started ends too, whoever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended before its time."))
    size = Size(options.servers, active=0)
    with (
        tempfile.TemporaryDirectory() as folder,
        database(Path(folder), options.db_url, postgres=options.postgres) as url,
        bench_hub(Path(folder) / "hub", size, activity_interval=QUIET) as hub,
    ):
        service = HubService(hub, url, Path(folder) / "service.log")
        figures = _measure(hub, service, options.seconds, options.notices)
        figures["database"] = make_url(url).get_backend_name()
        print(show(figures))
        if options.json:
            options.json.write_text(json.dumps(figures, indent=1))
        unexpected = service.log.read_text()[-2000:]
        if unexpected:
            print(f"\nThe service's log ends with:\n{unexpected}")


def _measure(hub: BenchHub, service: HubService, rest: float, notices: int) -> dict[str, Any]:
    tokens = hub.run_servers()
    # As long as they wait from one report to the next: they come back within that.
    period = max(5.0, len(tokens) / PER_SECOND)
    looks: dict[str, Any] = {}
    hub.probe(reset=True)
    time.sleep(ALONE)
    figures = {"servers": len(tokens), "cores": os.cpu_count(), "alone": hub.probe()}
    with Sender(service.url, tokens, within=period) as sender:

        def look(name: str, wait: Callable[[], None], process: int) -> None:
            with _looking(looks, name, hub, sender, process):
                wait()

        def until_known() -> None:
            end = time.monotonic() + LONGEST_WAVE
            while sender.answered() < len(tokens) and time.monotonic() < end:
                time.sleep(EVERY)

        with service.running() as process:
            look("all introduce themselves", until_known, process.pid)
            look("at rest", lambda: time.sleep(rest), process.pid)
        add_notices(service.database, notices, list(tokens))
        with service.running() as process:
            look("started again", until_known, process.pid)
            look(f"beside {notices:,} messages", lambda: time.sleep(rest), process.pid)
    return {**figures, "looks": looks}


@contextmanager
def _looking(
    looks: dict[str, Any], name: str, hub: BenchHub, sender: Sender, process: int
) -> Iterator[None]:
    """Add what goes on in the block to the looks."""
    sender.summary()
    work, used = hub.work(), use_of(process)
    hub.probe(reset=True)
    yield
    probe, summary, use = hub.probe(), sender.summary(), use_of(process)
    looks[name] = {
        **summary,
        "service_cpu": (use.cpu - used.cpu) / summary["seconds"],
        "service_no_core": (use.no_core - used.no_core) / summary["seconds"],
        "memory": use.memory,
        "most_memory": use.most_memory,
        "hub": probe,
        "hub_work": {
            name: (number - before[0], seconds - before[1])
            for name, (number, seconds) in hub.work().items()
            if (before := work.get(name, (0, 0.0)))[0] < number
        },
    }
    statuses = ", ".join(f"{number:,} x {status}" for status, number in summary["statuses"].items())
    print(f"  {name}: {summary['seconds']:.0f} s, {statuses}", flush=True)


if __name__ == "__main__":
    main()
