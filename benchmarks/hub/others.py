"""What others feel while the Hub is at work: how long it takes for their small requests."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx

from benchmarks.hub.run import BenchHub


class Answer(NamedTuple):
    """When something was asked, as `time.time` has it, and the seconds until the answer."""

    asked: float
    seconds: float


@asynccontextmanager
async def asking(
    hub: BenchHub, path: str, *, every: float, token: str = ""
) -> AsyncIterator[list[Answer]]:
    """Ask the Hub's API the same again and again; the answers that have come are in the list.

    It is asked at fixed times, every so many seconds, whether the last answer has come or not:
    people do not wait for each other either.
    """
    answers: list[Answer] = []
    asked: list[asyncio.Task[None]] = []
    headers = {"Accept": "application/jupyterhub-pagination+json"}
    if token:
        headers["Authorization"] = f"token {token}"
    async with httpx.AsyncClient(headers=headers, timeout=60) as client:

        async def ask() -> None:
            at, begin = time.time(), time.perf_counter()
            (await client.get(hub.api_url + path)).raise_for_status()
            answers.append(Answer(at, time.perf_counter() - begin))

        async def ask_again_and_again() -> None:
            while True:
                asked.append(asyncio.create_task(ask()))
                await asyncio.sleep(every)

        asking = asyncio.create_task(ask_again_and_again())
        try:
            yield answers
        finally:
            asking.cancel()
            await asyncio.gather(*asked)  # what was asked meanwhile counts, however late


def percentile(answers: Iterable[Answer], share: float) -> float:
    """Return the seconds within which that share of the answers came; `nan` where there is none."""
    seconds = sorted(answer.seconds for answer in answers)
    return seconds[math.ceil(share * len(seconds)) - 1] if seconds else math.nan
