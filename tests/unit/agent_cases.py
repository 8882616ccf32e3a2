"""An agent in a server that is made up, a service that answers what the test says, and the time."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

from hub_admin_lab.agent.agent import Agent
from hub_admin_lab.agent.connection import Reply
from hub_admin_lab.agent.here import Here
from hub_admin_lab.errors import ServiceUnreachable
from hub_admin_lab.idle.activity import HubFacts
from hub_admin_lab.idle.decide import decide
from hub_admin_lab.idle.here import Seen
from hub_admin_lab.idle.rules import HUB, resolve
from hub_admin_lab.models.report import CheckIn, CheckInAnswer
from hub_admin_lab.models.rules import Rule
from hub_admin_lab.server.presence import Presence
from hub_admin_lab.server.stops import Stops

from .virtual_clock import BEGIN, VirtualClock

OWN, GIVEN = "the-server-s-own", "given-by-the-service"


def answer(rule=None, *, now=BEGIN, **fields):
    """Return an answer of the service, made by its own models and rules, as JSON."""
    book = {} if rule is None else {HUB: Rule.model_validate_json(json.dumps(rule))}
    rules = resolve(book, user="alice", server="", groups=[], now=now)
    facts = HubFacts(
        user="alice",
        server="",
        groups=frozenset(),
        ready=True,
        pending=None,
        started=now - timedelta(hours=2),
        last_activity=now - timedelta(minutes=5),
    )
    fields = {
        "now": now,
        "next_checkin_seconds": 5.0,
        "token": None,
        "rules": rules,
        "decision": decide(facts, None, None, rules, now, busy_max=86400),
        "keep_until_most": None,
        "notices": [],
        "requests": [],
        **fields,
    }
    return json.loads(CheckInAnswer.model_validate(fields).model_dump_json())


class Service:
    """Takes reports as the real one does: what its model does not take is void."""

    def __init__(self):
        self.replies = [Reply(200, answer(), None)]
        self.reports = []
        self.tokens = []
        self.times = []
        self.clock = None

    def answers(self, *replies):
        """Answer these one after the other, and the last one again and again."""
        self.replies = [
            reply if isinstance(reply, Reply) or reply is None else Reply(200, reply, None)
            for reply in replies
        ]

    async def send(self, report, token):
        self.times.append(self.clock())
        self.tokens.append(token)
        self.reports.append(CheckIn.model_validate_json(json.dumps(report, allow_nan=False)))
        reply = self.replies[0]
        if len(self.replies) > 1:
            del self.replies[0]
        if reply is None:
            raise ServiceUnreachable("away")
        return reply

    def close(self):
        pass

    @property
    def pauses(self):
        """The seconds between the reports."""
        return [after - before for before, after in zip(self.times, self.times[1:], strict=False)]


class Case:
    """All of it. `chance` is what chance says."""

    def __init__(self):
        self.time = VirtualClock()
        self.service = Service()
        self.service.clock = self.time.clock
        self.seen = Seen(at=self.time.now())
        self.rules = []
        self.stopped = []
        self.news = []
        self.stop_fails = None
        self.look_fails = None
        self.chance = 0.0
        self.presence = Presence(self.time.clock)
        self.stops = Stops()
        self.here = Here(
            user="alice",
            server="",
            version="1.2.3",
            look=self._look,
            take_rules=self.rules.append,
            stop_kernel=self._stop_kernel,
            presence=self.presence,
            stops=self.stops,
        )
        self.agent = Agent(
            self.service,
            self.here,
            own_token=OWN,
            log=logging.getLogger("agent"),
            on_news=self.news.append,
            clock=self.time.clock,
            sleep=self.time.sleep,
            chance=lambda: self.chance,
        )

    async def _look(self):
        if self.look_fails is not None:
            raise self.look_fails
        return self.seen

    async def _stop_kernel(self, kernel_id, actor, reason):
        self.stopped.append((kernel_id, actor))
        if self.stop_fails is not None:
            raise self.stop_fails

    async def reported(self, count):
        """Let the time pass until so many reports were sent in all."""
        await self.time.until(lambda: len(self.service.reports) >= count)
