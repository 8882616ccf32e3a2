"""A Hub, a store and a culler between them, with a time that passes only when all wait for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from hub_admin_lab.errors import HubNotFound, StoreUnavailable
from hub_admin_lab.hub.models import HubUser, HubUserPage
from hub_admin_lab.idle.activity import Kept
from hub_admin_lab.idle.rules import DEFAULTS
from hub_admin_lab.models.rules import Rule
from hub_admin_lab.models.service import AuditEntry
from hub_admin_lab.service.active import ActiveServers
from hub_admin_lab.service.culler import Culler
from hub_admin_lab.service.judge import Judge
from hub_admin_lab.service.keeps import Keeps
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.rulebook import Rulebook
from hub_admin_lab.service.settling import Settling
from tests.unit.virtual_clock import VirtualClock

HOUR = 3600


class FakeHub:
    """Users with active servers; each answer takes a moment, each stop as long as it is told.

    Attributes
    ----------
    on_stop
        What becomes of a stop: an error that is raised, or ``"slow"``: 202, and then only `gone`.
    page_errors
        Errors by the number of the page on which they are raised, once each.
    """

    def __init__(self, clock, page=200):
        self.clock = clock
        self.page = page
        self.users = {}
        self.groups = {}
        self.asked = []  # to stop, in order
        self.in_flight = self.most_in_flight = 0
        self.on_stop = {}
        self.before_stop = lambda key: None
        self.before_page = lambda number: None
        self.page_errors = {}
        self.away = None
        self.stop_seconds = 0.5
        self.answers_after = 0.02
        self.looks = 0

    def add(self, user, server="", *, idle=2 * HOUR, age=8 * HOUR, groups=(), **more):
        now = self.clock.now()
        self.groups.setdefault(user, list(groups))
        self.users.setdefault(user, {})[server] = {
            "name": server,
            "ready": True,
            "pending": None,
            "started": now - timedelta(seconds=age),
            "last_activity": now - timedelta(seconds=idle),
            **more,
        }

    def gone(self, user, server=""):
        self.users[user].pop(server)
        if not self.users[user]:
            del self.users[user]

    def is_there(self, user, server=""):
        return server in self.users.get(user, {})

    def touch(self, user, server="", **more):
        self.users[user][server] |= {"last_activity": self.clock.now(), **more}

    def _user(self, name):
        servers = self.users.get(name, {})
        return HubUser(name=name, groups=self.groups[name], servers=servers)

    async def active_users(self):
        names, offset, number = sorted(self.users), 0, 0
        while True:
            number += 1
            await self.clock.sleep(0.02)
            self.before_page(number)
            if number in self.page_errors:
                raise self.page_errors.pop(number)
            if self.away:
                raise self.away
            names = sorted(self.users)
            items = [self._user(name) for name in names[offset : offset + self.page]]
            offset += self.page
            more = {"offset": offset} if offset < len(names) else None
            yield HubUserPage(items=items, _pagination={"total": len(names), "next": more})
            if more is None:
                return

    async def user(self, name):
        self.looks += 1
        await self.clock.sleep(0.004)
        if self.away:
            raise self.away
        if name not in self.groups:
            raise HubNotFound("No such user.")
        return self._user(name)

    async def stop_server(self, user, server):
        key = (user, server)
        self.asked.append(key)
        self.before_stop(key)
        outcome = self.on_stop.get(key)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self.clock.sleep(self.stop_seconds)
        finally:
            self.in_flight -= 1
        if isinstance(outcome, Exception):
            raise outcome
        if outcome == "slow":
            self.users[user][server]["pending"] = "stop"
            return False
        self.gone(user, server)
        return True

    async def answer_time(self):
        await self.clock.sleep(self.answers_after)
        return self.answers_after


class FakeStore:
    """What the service keeps, in memory; it goes on after a crash of everything else.

    Attributes
    ----------
    away
        It cannot be reached.
    fail_next
        How many more calls of each method fail.
    fail_with
        What a method raises that nobody expects of it.
    """

    def __init__(self, clock):
        self.clock = clock
        self.entries = {}
        self.all_notices = []
        self.set_rules = {}
        self.keeps = {}
        self.away = False
        self.fail_next = {}
        self.fail_with = {}
        self.unreadable_rules = frozenset()
        self.unreadable_reports = frozenset()
        self.after_begin = lambda user, server: None
        self._ids = count(1)

    async def _reach(self, method):
        await self.clock.sleep(0.002)
        if method in self.fail_with:
            raise self.fail_with[method]
        left = self.fail_next.get(method, 0)
        if left:
            self.fail_next[method] = left - 1
        if self.away or left:
            raise StoreUnavailable("The database cannot be reached.")

    async def begin(self, *, actor, action, user, server, target, reason, rule=""):
        await self._reach("begin")
        entry = AuditEntry(
            id=next(self._ids),
            at=self.clock.now(),
            actor=actor,
            action=action,
            user=user,
            server=server,
            target=target,
            reason=reason,
            rule=rule,
            outcome="begun",
            message="",
            ended_at=None,
        )
        self.entries[entry.id] = entry
        self.after_begin(user, server)
        return entry.id

    async def end(self, entry, outcome, message=""):
        await self._reach("end")
        old = self.entries[entry]
        if old.outcome in ("begun", "pending"):
            ended = None if outcome == "pending" else self.clock.now()
            change = {"outcome": outcome, "message": message, "ended_at": ended}
            self.entries[entry] = old.model_copy(update=change)

    async def unfinished(self):
        await self._reach("unfinished")
        return [e for e in self.entries.values() if e.outcome in ("begun", "pending")]

    async def add_notice(self, to, text, *, kind, by, until):
        await self._reach("add_notice")
        self.all_notices.append(SimpleNamespace(to=to, text=text, kind=kind, by=by, until=until))
        return str(len(self.all_notices))

    async def rules(self):
        return [
            SimpleNamespace(level=level, name=name, rule=rule)
            for (level, name), rule in self.set_rules.items()
        ]

    async def reports(self):
        return {}

    async def kept(self):
        return self.keeps

    # --- for tests ------------------------------------------------------------------------

    def outcomes(self):
        """How each act ended, by server; one that was recorded twice is an error."""
        found = {}
        for entry in self.entries.values():
            key = (entry.user, entry.server)
            assert key not in found, f"{key} is recorded twice"
            found[key] = entry.outcome
        return found


class Case:
    """All of it; `rules` as they are set at the start."""

    def __init__(self, *, rules=(), store=None, hub=None, clock=None, cull_every=300, page=200):
        self.clock = clock or VirtualClock()
        self.hub = hub or FakeHub(self.clock, page)
        self.store = store or FakeStore(self.clock)
        self.store.set_rules.update({key: Rule.model_validate(rule) for key, rule in rules})
        now = self.clock.now
        self.rulebook = Rulebook(self.store, DEFAULTS)
        self.reports, self.keeps = Reports(self.store), Keeps(self.store, now)
        self.settling = Settling(reports=self.reports, now=now, clock=self.clock.clock)
        self.judge = Judge(
            rulebook=self.rulebook,
            reports=self.reports,
            keeps=self.keeps,
            busy_max=86400,
            settling=self.settling,
            now=now,
        )
        self.active = ActiveServers(hub=self.hub, now=now, clock=self.clock.clock)
        self.culler = Culler(
            hub=self.hub,
            active=self.active,
            store=self.store,
            judge=self.judge,
            settling=self.settling,
            cull_every=cull_every,
            now=now,
            clock=self.clock.clock,
            sleep=self.clock.sleep,
        )

    @property
    def stats(self):
        return self.culler.stats

    async def loaded(self):
        await self.rulebook.load()
        await self.keeps.load()
        return self

    async def set_rule(self, level, name, rule):
        self.store.set_rules[level, name] = Rule.model_validate(rule)
        await self.rulebook.load()

    def keep(self, user, server="", hours=1):
        until = self.clock.now() + timedelta(hours=hours)
        self.keeps._kept = {
            **self.keeps._kept,
            (user, server): Kept(until=until, by=user, at=self.clock.now()),
        }

    async def one_pass(self):
        """Make a pass and let the time pass that it takes."""
        task = asyncio.ensure_future(self.culler.one_pass())
        while not task.done():
            # Whoever decides on thousands of servers waits for no time in between.
            await self.clock.until(lambda: task.done() or not self.clock.sleeping)
        task.result()

    async def settled(self):
        """Let the time pass until nothing is under way."""
        await self.clock.until(lambda: not self.culler._stops.under_way)

    def again(self):
        """Start the service anew, with the same Hub and the same database."""
        return Case(store=self.store, hub=self.hub, clock=self.clock)
