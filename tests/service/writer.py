"""A program that writes to a store without end, and says what it has written.

Run as `python -m tests.service.writer URL ROUND`, to be killed at any moment.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timezone

from hub_admin_lab.idle.activity import Report
from hub_admin_lab.models.rules import Rule, ServerRule

from .databases import opened

SERVERS = 40
AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def report(number):
    return Report(AT, AT, "0123456789", (), (), None, None, number, True, False)


async def main(url: str, round_: str) -> None:
    store = await opened(url)
    number = int(round_) * 1_000_000
    while True:
        number += 1
        rule = Rule(server=ServerRule(idle_timeout=number))
        stored = await store.put_rule(("user", f"u{number % 5}"), rule, version=None, by="writer")
        print("rule", f"u{number % 5}", stored.version, number, flush=True)
        await store.save_reports({(f"s{n}", ""): report(number) for n in range(SERVERS)})
        print("reports", number, flush=True)
        entry = await store.begin(
            actor="writer", action="act", user="u", server="", target="u", reason=str(number)
        )
        print("begun", entry, flush=True)
        await store.end(entry, "done")
        print("ended", entry, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
