"""How a server proves which one it is: once by the Hub's token, then by one of ours."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub_admin_lab.errors import Forbidden, IntroduceYourself, TooManyRequests, Unauthorized
from hub_admin_lab.models.report import CheckIn
from hub_admin_lab.service.active import ActiveServers
from hub_admin_lab.service.metrics import Metrics
from hub_admin_lab.service.rates import Bucket, Buckets, Turns
from hub_admin_lab.service.tokens import CheckInTokens, Ticket, is_check_in_token
from hub_admin_lab.service.whoami import LOOK, Whoami

# How many servers a second are asked about at the Hub: about a tenth of its thread, and only while
# they have to introduce themselves, all after a restart with another key at the worst.
PER_SECOND = 25
_BURST = 50

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
        metrics: Metrics,
        every: float,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._whoami = whoami
        self._tokens = tokens
        self._active = active
        self._metrics = metrics
        self._now = now
        self._bucket = Bucket(PER_SECOND, _BURST, clock)
        self._turns = Turns(PER_SECOND, clock=clock)
        # Twice as many as it is told to send, and some more where something happens in it.
        self._rates = Buckets(2 / every, 6, clock=clock)
        self._groups: OrderedDict[tuple[str, str], frozenset[str]] = OrderedDict()

    async def identify(self, token: str, check_in: CheckIn) -> Known:
        """Return what is known of the server that reports.

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
            known = await self._by_the_hub(token, check_in)
        wait = self._rates.take((check_in.user, check_in.server))
        if wait:
            raise TooManyRequests("This server reports too often.", wait)
        return known

    def _by_ticket(self, token: str, check_in: CheckIn) -> Known:
        ticket = self._tokens.read(token, self._now())
        if ticket is None or self._is_gone(ticket):
            raise IntroduceYourself(
                "This token is not valid any more: send the server's own.",
                # At once where few do, one after the other where all do.
                self._turns.next(),
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

    async def _by_the_hub(self, token: str, check_in: CheckIn) -> Known:
        wait = self._bucket.take()
        if wait:
            self._metrics.introduced("later")
            raise TooManyRequests(
                "Many servers introduce themselves now. Come back a little later.",
                wait + self._turns.next(),
            )
        try:
            caller = await self._whoami.caller(token, max_age=LOOK)
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

    def _remember(self, key: tuple[str, str], groups: frozenset[str]) -> None:
        self._groups[key] = groups
        if len(self._groups) > _REMEMBERED:
            self._groups.popitem(last=False)
