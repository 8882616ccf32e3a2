"""Many servers at once: who may see them, what becomes of them, what a draft would stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timezone

from hub_admin_lab.idle.activity import HubFacts
from hub_admin_lab.models.service import Preview
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.active import ActiveServers
from hub_admin_lab.service.judge import Judge, Verdict
from hub_admin_lab.service.resolving import Resolver
from hub_admin_lab.service.views import preview_item

SHOWN = 50

# Servers that are looked at before others get their turn: some milliseconds.
AT_A_TIME = 25

_LAST = datetime.max.replace(tzinfo=timezone.utc)


async def seen_by(active: ActiveServers, access: Access, *, user: str = "") -> list[HubFacts]:
    """Return the active servers that a caller may see, by name; with ``user`` that one's only."""
    users = frozenset({user}) if user else access.candidates
    known = (
        active.facts
        if users is None
        else {key: facts for name in users for key, facts in active.of_user(name).items()}
    )
    seen = []
    for number, (key, facts) in enumerate(sorted(known.items()), 1):
        if access.sees(*key, facts.groups):
            seen.append(facts)
        if number % (AT_A_TIME * 10) == 0:
            await asyncio.sleep(0)
    return seen


async def judge_all(
    judge: Judge, servers: Iterable[HubFacts], *, draft: Resolver | None = None
) -> list[Verdict]:
    """Decide what becomes of many servers, and let others have their turn meanwhile."""
    verdicts = []
    for number, facts in enumerate(servers, 1):
        verdicts.append(judge.judge(facts, draft=draft))
        if number % AT_A_TIME == 0:
            await asyncio.sleep(0)
    return verdicts


def preview_of(verdicts: Iterable[Verdict], as_of: datetime) -> Preview:
    """Return what is stopped and what is kept, the nearest end first."""
    stops: list[Verdict] = []
    keeps: list[Verdict] = []
    for verdict in verdicts:
        (stops if verdict.decision.verdict == "cull" else keeps).append(verdict)
    return Preview(
        stops=[preview_item(verdict) for verdict in sorted(stops, key=_end)[:SHOWN]],
        stops_total=len(stops),
        keeps=[preview_item(verdict) for verdict in sorted(keeps, key=_end)[:SHOWN]],
        keeps_total=len(keeps),
        as_of=as_of,
    )


def _end(verdict: Verdict) -> tuple[datetime, str, str]:
    return verdict.decision.deadline or _LAST, verdict.facts.user, verdict.facts.server
