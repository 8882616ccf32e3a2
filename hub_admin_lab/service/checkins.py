"""What happens when a server reports: what is taken from it, and what it gets back."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from hub_admin_lab.errors import HubUnavailable
from hub_admin_lab.idle.activity import HubFacts
from hub_admin_lab.models.report import CheckIn, CheckInAnswer
from hub_admin_lab.service.active import ActiveServers
from hub_admin_lab.service.judge import Judge, Verdict
from hub_admin_lab.service.notices import Notices
from hub_admin_lab.service.reported_stops import ReportedStops
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.requests import KernelRequests
from hub_admin_lab.service.settling import Settling

# Reports that the service takes in a second: 10,000 servers come once a minute or so.
PER_SECOND = 150
# Part of the time by which it is made shorter or longer, so that servers do not come all at once.
_JITTER = 0.1


class CheckIns:
    """Takes reports and answers them.

    Parameters
    ----------
    shortest
        The fewest seconds between two reports of a server.
    now, uniform
        The clock, and chance, for tests.
    """

    def __init__(
        self,
        *,
        active: ActiveServers,
        judge: Judge,
        reports: Reports,
        settling: Settling,
        notices: Notices,
        requests: KernelRequests,
        stops: ReportedStops,
        shortest: float,
        now: Callable[[], datetime],
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._active = active
        self._judge = judge
        self._reports = reports
        self._settling = settling
        self._notices = notices
        self._requests = requests
        self._stops = stops
        self._shortest = shortest
        self._now = now
        self._uniform = uniform

    async def answer(
        self, check_in: CheckIn, groups: frozenset[str] | None, *, token: str | None
    ) -> CheckInAnswer:
        """Take a report and return what its server gets back.

        Parameters
        ----------
        groups
            Of its owner, for a server that the Hub was not yet seen to show as active; None: not
            known.
        token
            A new token for it.

        Raises
        ------
        StoreUnavailable
            What ended could not be written down: the server says it again.
        HubError
            The Hub has not told yet what is needed to know the rules. The report counts all the
            same, and the server goes on by the rules that it knows.
        """
        user, server = check_in.user, check_in.server
        self._settling.look()
        if not self._reports.is_late(check_in):
            # First, so that it counts even where the database is away.
            at = self._now()
            self._reports.take(check_in, at, at + timedelta(seconds=self._shortest))
            await self._requests.done(user, server, check_in.done)
            await self._stops.take(check_in)
            await self._notices.seen(check_in.seen_notices, user, server)
        verdict = self._judge.judge(await self._facts(user, server, groups))
        requests = self._requests.of(user, server)
        now = self._now()
        seconds = self._next_in(verdict, now, waiting=bool(requests))
        self._reports.expect(user, server, now + timedelta(seconds=seconds))
        return CheckInAnswer(
            now=now,
            next_checkin_seconds=round(seconds, 3),
            token=token,
            rules=verdict.rules,
            decision=verdict.decision,
            keep_until_most=self._judge.keep_until_most(verdict),
            notices=self._notices.for_server(user, server, verdict.facts.groups),
            requests=requests,
        )

    async def _facts(self, user: str, server: str, groups: frozenset[str] | None) -> HubFacts:
        facts = self._active.of_user(user).get((user, server))
        if facts is not None:
            return facts
        if groups is None and self._active.as_of is None:
            raise HubUnavailable("The hub has not told yet which servers are active.")
        if groups is None:
            groups = await self._active.groups_of(user)
        # It has just started. What the Hub knows besides comes with the next look at all servers;
        # until then nothing is known that could stop it.
        return HubFacts(
            user=user,
            server=server,
            groups=groups,
            ready=True,
            pending=None,
            started=None,
            last_activity=None,
        )

    def _next_in(self, verdict: Verdict, now: datetime, *, waiting: bool) -> float:
        """Return the seconds until its next report."""
        seconds = max(self._shortest, len(self._reports) / PER_SECOND)
        if waiting:
            seconds = self._shortest
        seconds *= self._uniform(1 - _JITTER, 1 + _JITTER)
        # It comes when its owner is to be warned, and once more right before the end.
        for moment in (verdict.decision.warn_at, verdict.decision.deadline):
            if moment is not None and moment > now:
                left = (moment - now).total_seconds()
                # Never by chance behind it; nor sooner than it may come.
                seconds = min(seconds, max(self._shortest, left - self._shortest))
        return seconds
