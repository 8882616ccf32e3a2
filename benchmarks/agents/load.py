"""``python -m benchmarks.agents.load``: the agents of all simulated servers, in one process.

They are the product's own, with its own connections: only the server around each is made up. What
is told on standard input: one line of JSON with ``url`` and ``servers`` (user, token and the
seconds after which its agent begins); then lines that ask for a ``summary``, or how many servers
were ``answered`` since the last one. Each has a line of JSON on standard output. It ends when its
standard input does.

A report is timed from when it was due, not from when this process came to send it: else a sender
that is behind would hide that the service is.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import random
import sys
import time
from typing import Any

from benchmarks.agents.samples import Sample, Samples
from benchmarks.agents.simulated import SimulatedServer
from hub_admin_lab import __version__
from hub_admin_lab.agent.agent import Agent
from hub_admin_lab.agent.connection import Reply, ServiceConnection
from hub_admin_lab.errors import ServiceUnreachable


class Timed:
    """The connection of one agent, and its pauses: they tell when its next report is due."""

    def __init__(self, url: str, user: str, samples: Samples) -> None:
        self._connection = ServiceConnection(url, version=__version__)
        self._user = user
        self._samples = samples
        self._due = 0.0

    async def sleep(self, seconds: float) -> None:
        """Wait until the next report is due."""
        self._due = time.perf_counter() + seconds
        await asyncio.sleep(seconds)

    async def send(self, report: dict[str, Any], token: str) -> Reply:
        """Send a report, and take its time."""
        sent = time.perf_counter()
        due = min(self._due, sent)  # sooner than it was due, where something happened
        reply = None
        try:
            reply = await self._connection.send(report, token)
        except ServiceUnreachable:
            self._took(due, sent, report, None)
            raise
        self._took(due, sent, report, reply)
        return reply

    def _took(self, due: float, sent: float, report: Any, reply: Reply | None) -> None:
        status = 0 if reply is None else reply.status
        sample = Sample(sent - due, time.perf_counter() - due, status)
        self._samples.add(self._user, sample, report, reply)

    def close(self) -> None:
        """Close what is open."""
        self._connection.close()


async def main() -> None:
    """Report until the standard input ends."""
    told = json.loads(sys.stdin.readline())
    log = logging.getLogger(__name__)
    for each in (log, logging.getLogger("tornado")):
        each.setLevel(logging.CRITICAL)  # ten thousand servers say the same
    samples, chance = Samples(), random.Random(3)
    loop = asyncio.get_running_loop()
    agents = []
    for user, token, begins in told["servers"]:
        timed = Timed(told["url"], user, samples)
        agent = Agent(
            timed,
            SimulatedServer(chance).here(user, __version__),
            own_token=token,
            log=log,
            sleep=timed.sleep,
            chance=chance.random,
        )
        agents.append(agent)
        loop.call_later(begins, agent.start)
    # To go through ten thousand agents takes a second or more, which would be taken for the
    # service's time. What is left lying for a quarter of an hour has room.
    gc.disable()
    samples.summary()
    while asked := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        answer = samples.summary() if asked == "summary" else len(samples.known)
        print(json.dumps(answer), flush=True)
    await asyncio.gather(*(agent.stop() for agent in agents))


if __name__ == "__main__":
    asyncio.run(main())
