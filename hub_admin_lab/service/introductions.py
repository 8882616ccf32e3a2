"""How a server proves which one it is: once by the Hub's token, then by one of ours."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub_admin_lab.errors import Forbidden, IntroduceYourself, TooManyRequests, Unauthorized
from hub_admin_lab.idle.decide import CLOCK_TOLERANCE
from hub_admin_lab.models.report import CheckIn
from hub_admin_lab.service.active import ActiveServers
from hub_admin_lab.service.metrics import Metrics
from hub_admin_lab.service.rates import Bucket, Buckets, Turns
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.tokens import CheckInTokens, Ticket, is_check_in_token
from hub_admin_lab.service.whoami import ACT, LOOK, Whoami

# How many servers a second are asked about at the Hub: about a fifth of its thread, and only while
# they have to introduce themselves, all after a restart with another key at the worst.
PER_SECOND = 25
_BURST = 50
# Nor do more than that wait for its answer, where it is slow: who waits for long gives up and asks
# anew, and the Hub was asked in vain. Who is told to come back later has it asked once.
LINE = PER_SECOND
_LINE_WAIT = 1.0
# And about those that the Hub was not seen to show: they have just started, or nobody runs them.
# Whoever makes names and tokens up keeps none waiting that is known to run.
_STRANGERS_PER_SECOND = 5
# They too come back one after the other, but none later than that: names may be made up to keep
# others waiting, and the next look at all servers shows who runs.
_STRANGERS_WAIT = 60.0
# How often one server may be introduced from one address: it needs once.
_SAME_PER_SECOND = 0.2
_SAME_BURST = 10

# How long the Hub may not show a server as active that it has told us of: it is asked seldom.
_MISSED = timedelta(minutes=10)
_REMEMBERED = 50_000


@dataclass(frozen=True)
class Known:
    """A server that is the one that it says it is.

    Attributes
    ----------
    groups
        Of its owner, as the Hub told when it introduced itself; None: before this service started.
    token
        For its next reports, where it has just introduced itself.
    """

    groups: frozenset[str] | None
    token: str | None


@dataclass
class _Line:
    """Servers about which the Hub is asked, so many a second and so many at a time.

    A line of its own for each kind: who fills one with names or tokens that are made up, or asks
    something else of this service with them, keeps nobody in the other waiting.
    """

    bucket: Bucket
    turns: Turns
    length: int = 0

    def wait(self) -> float:
        """Return 0, or the seconds after which the Hub may be asked."""
        wait = _LINE_WAIT if self.length >= LINE else self.bucket.take()
        # One after the other where all come at once.
        return wait + self.turns.next() if wait else 0.0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be in it meanwhile."""
        self.length += 1
        try:
            yield
        finally:
            self.length -= 1


class Introductions:
    """Tells whether a report is of the server that it claims to be of.

    Parameters
    ----------
    every
        The fewest seconds between two reports of a server.
    now, clock
        The time, and seconds, for tests.
    """

    def __init__(
        self,
        *,
        whoami: Whoami,
        tokens: CheckInTokens,
        active: ActiveServers,
        reports: Reports,
        metrics: Metrics,
        every: float,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._whoami = whoami
        self._tokens = tokens
        self._active = active
        self._reports = reports
        self._metrics = metrics
        self._now = now
        self._active_servers = _Line(
            Bucket(PER_SECOND, _BURST, clock), Turns(PER_SECOND, clock=clock)
        )
        self._strangers = _Line(
            Bucket(_STRANGERS_PER_SECOND, _BURST, clock),
            Turns(_STRANGERS_PER_SECOND, longest=_STRANGERS_WAIT, clock=clock),
        )
        self._same = Buckets(_SAME_PER_SECOND, _SAME_BURST, clock=clock)
        # Twice as many as it is told to send, and some more where something happens in it.
        self._rates = Buckets(2 / every, 6, clock=clock)
        self._groups: OrderedDict[tuple[str, str], frozenset[str]] = OrderedDict()

    async def identify(self, token: str, check_in: CheckIn, address: str) -> Known:
        """Return what is known of the server that reports from an address.

        Raises
        ------
        IntroduceYourself
            The service's own token is not valid (any more).
        Unauthorized
            The Hub does not know its token.
        Forbidden
            It is a token of somebody or something else, a person's for one.
        TooManyRequests
            Too many servers introduce themselves, or this one reports too often.
        HubError
            The Hub did not say.
        """
        if is_check_in_token(token):
            known = self._by_ticket(token, check_in)
        else:
            known = await self._by_the_hub(token, check_in, address)
        wait = self._rates.take((check_in.user, check_in.server))
        if wait:
            raise TooManyRequests("This server reports too often.", wait)
        return known

    def _by_ticket(self, token: str, check_in: CheckIn) -> Known:
        ticket = self._tokens.read(token, self._now())
        if ticket is None or self._is_gone(ticket) or self._is_of_an_earlier_run(ticket):
            raise IntroduceYourself(
                "This token is not valid any more: send the server's own.",
                # At once where few do, one after the other where all do.
                self._active_servers.turns.next(),
            )
        if (ticket.user, ticket.server, ticket.run) != (
            check_in.user,
            check_in.server,
            check_in.run,
        ):
            raise Forbidden("This token is another server's.")
        return Known(self._groups.get((ticket.user, ticket.server)), None)

    def _is_gone(self, ticket: Ticket) -> bool:
        """Return whether the Hub has not shown the server for long."""
        as_of = self._active.as_of
        return (
            as_of is not None
            and ticket.issued + _MISSED < as_of
            and (ticket.user, ticket.server) not in self._active.of_user(ticket.user)
        )

    def _is_of_an_earlier_run(self, ticket: Ticket) -> bool:
        """Return whether the server was started again since, or another run of it has reported.

        Who kept the token of a run that has ended does not speak for the next one.
        """
        report = self._reports.of(ticket.user, ticket.server)
        if report is not None and report.run != ticket.run:
            return True
        facts = self._active.of_user(ticket.user).get((ticket.user, ticket.server))
        started = None if facts is None else facts.started
        # A start ahead of our clock tells nothing: it would void every new token too.
        return started is not None and ticket.issued + CLOCK_TOLERANCE < started <= self._now()

    async def _by_the_hub(self, token: str, check_in: CheckIn, address: str) -> Known:
        line = self._line_of(check_in)
        wait = self._same.take((address, check_in.user, check_in.server)) or line.wait()
        if wait:
            self._metrics.introduced("later")
            raise TooManyRequests(
                "Many servers introduce themselves now. Come back a little later.", wait
            )
        try:
            with line.entered():
                caller = await self._whoami.caller(token, max_age=self._good_for(check_in))
        except Unauthorized:
            self._metrics.introduced("refused")
            raise
        if not caller.is_this_server(check_in.user, check_in.server):
            self._metrics.introduced("refused")
            raise Forbidden("A server reports for itself only, and with its own token.")
        self._metrics.introduced("known")
        self._remember((check_in.user, check_in.server), caller.groups)
        signed = self._tokens.sign(check_in.user, check_in.server, check_in.run, self._now())
        return Known(caller.groups, signed)

    def _line_of(self, check_in: CheckIn) -> _Line:
        """Return the line for a server: who it is nobody knows yet."""
        key = (check_in.user, check_in.server)
        shown = self._active.as_of is None or key in self._active.of_user(check_in.user)
        return self._active_servers if shown else self._strangers

    def _good_for(self, check_in: CheckIn) -> float:
        """Return how old the Hub's answer may be: with a run its token may have ended."""
        report = self._reports.of(check_in.user, check_in.server)
        return LOOK if report is None or report.run == check_in.run else ACT

    def _remember(self, key: tuple[str, str], groups: frozenset[str]) -> None:
        self._groups[key] = groups
        if len(self._groups) > _REMEMBERED:
            self._groups.popitem(last=False)
