"""Service, Hub, database and agents go away at random: nobody is stopped against the rules.

``python -m pytest tests/faults --fault-minutes 10 --fault-seed random``
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from . import records
from .known import Known, Life
from .outages import Outages
from .people import People
from .plan import plan
from .records import Entry
from .watch import Watch
from .world import LIMIT, World

KINDS = {
    "idle": 3,
    "used at times": 3,
    "class": 2,
    "class, used at times": 2,
    "busy": 2,
    "busy, then silent": 1,
    "exempt": 1,
    "exempt at times": 1,
    "kept at times": 2,
    "mute": 2,
    "mute, used at times": 1,
}
STAY = {"busy", "busy, then silent", "exempt"}
CLASS_LIMIT = 12
HOUR = 3600.0

# Seconds: until everybody is up, until what is idle is stopped once all is well again, and until
# the log says how each stop ended.
UP, LIVELY, SETTLED = 120, 240, 120
_NOT_WRITTEN = 15.0


def servers() -> tuple[list[Life], Known]:
    """Return all of them, and the limit of the class."""
    in_class = Known(CLASS_LIMIT)
    lives = []
    for kind, number in KINDS.items():
        limit = in_class if kind.startswith("class") else Known(LIMIT)
        name = kind.replace(", ", "-").replace(" ", "-")
        lives += [Life(f"{name}-{each}", kind, limit) for each in range(1, number + 1)]
    return lives, in_class


@dataclass
class Run:
    world: World
    watch: Watch
    people: People
    outages: Outages


@contextlib.asynccontextmanager
async def running(state, database, seed):
    """A hub on which everybody works, and nothing goes wrong yet."""
    lives, class_limit = servers()
    groups = {"class-a": [life.user for life in lives if life.limit is class_limit]}
    world = World(state, lives, groups, database)
    try:
        await asyncio.to_thread(world.hub.wait)
        watch = Watch(world)
        people = People(world, watch, class_limit, seed)
        await world.get("audit")  # the database is open
        await people.set_rule(
            "group/class-a", {"server": {"idle_timeout": CLASS_LIMIT}}, {class_limit: CLASS_LIMIT}
        )
        for life in people.lives("exempt"):
            assert await people.exempt_until(life, time.time() + HOUR)
        yield Run(world, watch, people, Outages(world))
    finally:
        await world.close()


async def until(condition, seconds, what):
    """Wait until ``condition()`` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what()} within {seconds} s"
        await asyncio.sleep(0.2)


async def go_wrong(run: Run, seed: int, minutes: float) -> None:
    """Have everything go wrong for so long, and come right again."""
    agents = [life.user for life in run.world.lives if life.kind != "busy, then silent"]
    end = time.monotonic() + minutes * 60
    under_way: set[asyncio.Task] = set()
    try:
        for fault in plan(seed, agents):
            await asyncio.sleep(fault.after)
            if fault.in_a_stop:
                await run.watch.next_stop(5)
            if time.monotonic() > end or run.watch.wrong:
                break
            under_way.add(asyncio.ensure_future(run.outages.happen(fault)))
            for task in [task for task in under_way if task.done()]:
                task.result()
                under_way.discard(task)
    finally:
        # Each to its end: nothing is to come back when all is being closed.
        outcomes = await asyncio.gather(*under_way, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def silence(run: Run) -> None:
    """Kill the agent of a busy server for good, when what it told is written."""
    for life in run.people.lives("busy, then silent"):
        await until(
            lambda user=life.user: run.world.agents.told(user), UP, lambda: "it did not report"
        )
        await asyncio.sleep(_NOT_WRITTEN)
        run.world.agents.kill(life.user)


async def live(run: Run, seed: int, minutes: float) -> None:
    """Let people work and things go wrong, then let all come to rest."""
    work = [asyncio.ensure_future(run.watch.follow())]
    starts = [asyncio.ensure_future(run.people.start_again(life)) for life in run.world.lives]
    try:
        await until(
            lambda: len(run.watch.running) == len(run.world.lives),
            UP,
            lambda: f"only {run.watch.running} run",
        )
        starts += [
            asyncio.ensure_future(run.people.use(life))
            for life in run.world.lives
            if "used at times" in life.kind
        ]
        starts.append(asyncio.ensure_future(run.people.edit()))
        await silence(run)
        await go_wrong(run, seed, minutes)
        await end_work(starts)
        await come_to_rest(run)
    finally:
        await end_work(starts + work)


async def end_work(tasks) -> None:
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


async def come_to_rest(run: Run) -> None:
    """Keep whom people keep, and wait until everybody else is stopped who is idle."""
    if run.watch.wrong:
        return
    stay = {life.user for life in run.world.lives if life.kind in STAY}
    for life in run.people.lives("kept at times"):
        if life.user in run.watch.running and await run.people.keep_until(life, time.time() + HOUR):
            stay.add(life.user)
    await until(
        lambda: run.watch.running <= stay or run.watch.wrong,
        LIVELY,
        lambda: f"{sorted(run.watch.running - stay)} are idle and were not stopped",
    )
    await until(lambda: all(stop.ended for stop in last(run)), SETTLED, lambda: "a stop ends not")


def last(run: Run):
    return [stops[-1] for stops in run.watch.stops.values()]


async def log(run: Run):
    """Return the whole log, when no stop in it is open."""
    end = time.monotonic() + SETTLED
    while time.monotonic() < end:
        if not any([await open_entries(run, outcome) for outcome in ("begun", "pending")]):
            break
        await asyncio.sleep(1)
    items, before = [], None
    while True:
        more = {} if before is None else {"before": before}
        page = await run.world.get("audit", limit=200, **more)
        items += page["items"]
        before = page["next"]
        if before is None:
            return items


async def open_entries(run: Run, outcome):
    return (await run.world.get("audit", outcome=outcome))["items"]


def check_stops(run: Run, items) -> None:
    """Each stop is in the log once, and nothing else is."""
    entries = [Entry.of(item) for item in items if item["action"] == "stop-server"]
    wrong = [
        line
        for life in run.world.lives
        for line in records.what_is_wrong(
            run.watch.stops[life.user], [entry for entry in entries if entry.user == life.user]
        )
    ]
    assert not wrong, "\n".join(wrong)


def _words(end):
    return time.strftime("-> until %Y-%m-%d %H:%M:%S UTC", time.gmtime(end))


async def check_changes(run: Run, items) -> None:
    """All that was acknowledged is there, and is in the log once."""
    people = run.people
    by_id = {item["id"]: item for item in items}
    assert len(by_id) == len(items)
    for path, versions in people.versions.items():
        level, _, name = path.partition("/")
        for version in versions:
            entry = by_id[version]
            assert (entry["action"], entry["target"]) == ("change-rule", f"{level} {name}")
    changes = Counter(item["target"] for item in items if item["action"] == "change-rule")
    for target, number in changes.items():
        assert number <= people.asked[target.replace(" ", "/", 1)], target
    reasons = Counter((i["user"], i["reason"]) for i in items if i["action"] == "keep-server")
    for user in people.kept:
        # In the log an end has seconds: two that were asked for may have the same.
        acknowledged, asked = (
            Counter(map(_words, ends[user])) for ends in (people.kept, people.wished)
        )
        for words, number in acknowledged.items():
            found = sum(n for (who, why), n in reasons.items() if who == user and words in why)
            assert number <= found <= asked[words], (user, words, found)
    await check_what_holds(run)


async def check_what_holds(run: Run) -> None:
    view = await run.world.get("rules")
    set_ = {f"{rule['level']}/{rule['name']}": rule["rule"] for rule in view["rules"]}
    for path, known in run.people.rules.items():
        limit = set_[path]["server"]["idle_timeout"] if path in set_ else 0
        assert limit in known.possible, path
    servers = (await run.world.get("servers"))["items"]
    kept = {server["user"]: server["kept"] for server in servers if server["kept"]}
    for life in run.people.lives("kept at times"):
        if life.user in run.watch.running:
            assert kept[life.user], life.user


def check_log(run: Run) -> None:
    """What the service did not expect it logs as an error."""
    errors = [
        line
        for line in run.world.hub.log().splitlines()
        if '"level": "error"' in line and '"logger": "hub_admin_lab' in line
    ]
    assert not errors, "\n".join(errors)


@pytest.mark.hub
@pytest.mark.timeout(3600)
def test_nobody_is_stopped_against_the_rules_whatever_goes_away(
    tmp_path, database, seed, minutes, say
):
    async def scenario():
        async with running(tmp_path, database, seed) as run:
            await live(run, seed, minutes)
            assert not run.watch.wrong, "\n".join([*run.watch.wrong, *told_of(run)])
            items = await log(run)
            tell(run, items)
            check_stops(run, items)
            await check_changes(run, items)
            check_log(run)

    def tell(run, items):
        told = Counter(run.outages.happened)
        for item in items:
            if item["action"] == "stop-server":
                done = item["outcome"] == "done"
                told["stop that was done" if done else f"stop that was not: {item['message']}"] += 1
        told["stop that the spawner saw"] = len(run.watch.all_stops)
        told["change of a rule that was acknowledged"] = sum(map(len, run.people.versions.values()))
        told["keep that was acknowledged"] = sum(map(len, run.people.kept.values()))
        for what, times in told.items():
            say(f"  {times:5} x {what}")

    say(f"\n{minutes:g} minutes of faults, seed {seed}, {type(database).__name__}")
    asyncio.run(scenario())


def told_of(run: Run) -> list[str]:
    """Return what went wrong before, for whoever reads on."""
    return [
        f"{time.strftime('%H:%M:%S', time.gmtime(at))} {what}" for at, what in run.outages.history
    ]
