"""Who uses the servers, starts them again, and edits the rules meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from datetime import datetime, timezone

from .known import Known, Life
from .watch import Watch
from .world import World

CLASS_LIMITS = (10, 12, 16)
NOBODIES = [f"nobody-{number}" for number in range(4)]
_LONGEST_SPELL = 25.0


class People:
    """Does what people do, at random, until it is cancelled.

    Attributes
    ----------
    rules
        By path, the idle limit that is set there and nothing depends on.
    versions
        By path, the versions that were acknowledged: each is the id of its entry in the log.
    kept, wished
        By user, the ends that were acknowledged, and all that were asked for.
    asked
        How often something was asked for, by path or user, answered or not.
    """

    def __init__(self, world: World, watch: Watch, class_limit: Known, seed: int) -> None:
        self._world = world
        self._watch = watch
        self._class_limit = class_limit
        self._chance = random.Random(seed)
        self.rules = {f"user/{name}": Known(0) for name in NOBODIES}
        self.versions: dict[str, list[int]] = defaultdict(list)
        self.kept: dict[str, list[float]] = defaultdict(list)
        self.wished: dict[str, list[float]] = defaultdict(list)
        self.asked: Counter[str] = Counter()
        self._number = 1000

    def lives(self, *kinds: str) -> list[Life]:
        return [life for life in self._world.lives if life.kind in kinds]

    # --- servers --------------------------------------------------------------------------

    async def use(self, life: Life) -> None:
        """Use a server, at times not for so long that it is stopped."""
        while True:
            limit = min(life.limit.possible)
            long = self._chance.random() < 0.2
            await asyncio.sleep(limit * self._chance.uniform(*((1.2, 2.5) if long else (0.1, 0.9))))
            if life.user in self._watch.running and self._world.agents.is_well(life.user):
                self._world.agents.use(life.user)

    async def start_again(self, life: Life) -> None:
        """Start a server whenever it does not run."""
        while True:
            if life.user not in self._watch.running:
                await self._world.ask_hub("POST", f"users/{life.user}/server")
            await asyncio.sleep(self._chance.uniform(1, 4))

    # --- rules ----------------------------------------------------------------------------

    async def edit(self) -> None:
        """Change something, again and again."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.5, 2.5))
            what = self._chance.choice(
                (self.limit_class, self.limit_nobody, self.exempt, self.keep)
            )
            await what()

    async def limit_class(self) -> None:
        limit = self._chance.choice(CLASS_LIMITS)
        rule = {"server": {"idle_timeout": limit}}
        await self.set_rule("group/class-a", rule, {self._class_limit: limit})

    async def limit_nobody(self) -> None:
        self._number += 1
        path = self._chance.choice(list(self.rules))
        rule = {"server": {"idle_timeout": self._number}}
        await self.set_rule(path, rule, {self.rules[path]: self._number})

    async def exempt(self) -> None:
        for life in self.lives("exempt at times"):
            until = time.time() + self._chance.uniform(5, _LONGEST_SPELL)
            await self.exempt_until(life, until)

    async def exempt_until(self, life: Life, until: float) -> bool:
        rule = {"exempt": {"reason": "It is being tested", "until": _words(until)}}
        return await self.set_rule(f"user/{life.user}", rule, {life.exempt: until})

    async def set_rule(self, path: str, rule, changes) -> bool:
        """Set a rule; ``changes`` are the values by what is known of them."""
        for known, value in changes.items():
            known.sent(time.time(), value)
        self.asked[path] += 1
        answer = await self._world.ask("PUT", f"rules/{path}", json={"rule": rule})
        for known, value in changes.items():
            _learn(known, value, answer)
        if answer is None or not answer.is_success:
            return False
        self.versions[path].append(answer.json()["version"])
        return True

    async def keep(self) -> None:
        life = self._chance.choice(self.lives("kept at times"))
        await self.keep_until(life, time.time() + self._chance.uniform(5, _LONGEST_SPELL))

    async def keep_until(self, life: Life, until: float) -> bool:
        life.kept.sent(time.time(), until)
        self.asked[life.user] += 1
        self.wished[life.user].append(until)
        answer = await self._world.ask(
            "POST", f"servers/{life.user}/extend", json={"until": _words(until)}
        )
        _learn(life.kept, until, answer)
        if answer is None or not answer.is_success:
            return False
        self.kept[life.user].append(until)
        return True


def _learn(known: Known, value, answer) -> None:
    """Note what an answer tells of a change that was asked for."""
    if answer is not None and answer.is_success:
        known.acknowledged(time.time(), value)
    elif answer is not None and answer.is_client_error:
        known.refused(time.time())


def _words(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).isoformat()
