"""The service, put together: nobody else constructs its parts."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from hub_admin_lab import __version__
from hub_admin_lab.models.told import OLDEST_TOLD
from hub_admin_lab.service.active import ActiveServers
from hub_admin_lab.service.checkins import CheckIns
from hub_admin_lab.service.culler import Culler
from hub_admin_lab.service.gauges import show
from hub_admin_lab.service.handlers.base import ServiceHandler
from hub_admin_lab.service.hub import ServiceHub
from hub_admin_lab.service.introductions import Introductions
from hub_admin_lab.service.judge import Judge
from hub_admin_lab.service.keeps import Keeps
from hub_admin_lab.service.listen import sockets, tls_context
from hub_admin_lab.service.members import Members
from hub_admin_lab.service.metrics import Metrics
from hub_admin_lab.service.notices import Notices
from hub_admin_lab.service.opening import Opening
from hub_admin_lab.service.parts import ServiceParts
from hub_admin_lab.service.periodic import Periodic
from hub_admin_lab.service.pulse import Pulse
from hub_admin_lab.service.rates import Buckets
from hub_admin_lab.service.reported_stops import ReportedStops
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.requests import KernelRequests
from hub_admin_lab.service.routes import routes
from hub_admin_lab.service.rulebook import Rulebook
from hub_admin_lab.service.settings import ServiceSettings
from hub_admin_lab.service.settling import WATCH, Settling
from hub_admin_lab.service.store import Store
from hub_admin_lab.service.tokens import CheckInTokens
from hub_admin_lab.service.watching import Watching
from hub_admin_lab.service.whoami import Ask, Whoami

log = logging.getLogger(__name__)

# Seconds between two looks at what others may have changed; and how long a killed service's
# reports may be missing.
REFRESH = 30.0
RELOAD = 10.0
FLUSH = 30.0
TIDY = 3600.0

# Requests of one token: far more than a panel makes, for a program that runs wild.
CALLER_PER_SECOND = 20
CALLER_AT_ONCE = 200

# Actions of one person that are told: a bulk of ten thousand servers at once, and then as many as
# somebody does by hand.
TELLER_PER_SECOND = 5
TELLER_AT_ONCE = 10_000

# tornado reads a body before anybody can refuse it: beyond this it breaks the connection off.
_MOST_BYTES = 1024 * 1024
_IDLE_CONNECTION = 120.0
_SLOW_BODY = 30.0


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class Service:
    """The whole service in one process.

    Parameters
    ----------
    store
        The database, connected by `open`.
    hub
        The Hub.
    ask
        Asks the Hub whose a token is.
    now, clock, sleep
        The time, seconds that only go up, and how to wait for the database; for tests.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        *,
        store: Store,
        hub: ServiceHub,
        ask: Ask,
        now: Callable[[], datetime] = _utcnow,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._store = store
        self._now = now
        self._server: HTTPServer | None = None
        active = ActiveServers(hub=hub, now=now)
        metrics = Metrics()
        rulebook = Rulebook(store, settings.defaults)
        reports = Reports(store)
        keeps = Keeps(store, now)
        notices = Notices(store, now)
        requests = KernelRequests(store, now)
        self._stops = ReportedStops(store, now)
        whoami = Whoami(ask, clock=clock)
        settling = Settling(reports=reports, now=now, clock=clock)
        judge = Judge(
            rulebook=rulebook,
            reports=reports,
            keeps=keeps,
            busy_max=settings.busy_max,
            settling=settling,
            now=now,
        )
        self.culler = Culler(
            hub=hub,
            active=active,
            store=store,
            judge=judge,
            settling=settling,
            cull_every=settings.cull_every or 60.0,
            now=now,
        )
        self.parts = ServiceParts(
            settings=settings,
            store=store,
            opening=Opening(store.connect, self.load, sleep=sleep),
            pulse=Pulse(store.ping, clock),
            active=active,
            whoami=whoami,
            callers=Buckets(CALLER_PER_SECOND, CALLER_AT_ONCE, clock=clock),
            tellers=Buckets(TELLER_PER_SECOND, TELLER_AT_ONCE, clock=clock),
            introductions=Introductions(
                whoami=whoami,
                tokens=CheckInTokens(settings.agent_key),
                active=active,
                reports=reports,
                metrics=metrics,
                every=settings.checkin,
                now=now,
                clock=clock,
            ),
            rulebook=rulebook,
            reports=reports,
            keeps=keeps,
            notices=notices,
            requests=requests,
            judge=judge,
            settling=settling,
            checkins=CheckIns(
                active=active,
                judge=judge,
                reports=reports,
                settling=settling,
                notices=notices,
                requests=requests,
                stops=self._stops,
                shortest=settings.checkin,
                now=now,
            ),
            metrics=metrics,
            members=Members(hub.members_of, clock),
            watching=Watching(hub.page, clock=clock),
            stopping=lambda: self.culler.under_way,
            last_pass=lambda: self.culler.stats.last_pass_at,
            rules_changed=self.culler.wake,
            now=now,
        )
        show(self.parts, self.culler.stats)
        self._looking = Periodic(
            "Looking at the active servers", self.refresh, REFRESH, failed=metrics.failed
        )
        self._periodic = [
            Periodic(name, task, seconds, failed=metrics.failed)
            for name, task, seconds in (
                ("Watching the clock", settling.watch, WATCH),
                ("Reading rules and messages", self.reload, RELOAD),
                ("Writing reports", reports.flush, FLUSH),
                ("Giving requests up", requests.give_up, RELOAD),
                ("Counting what servers stopped", self._stops.settle, FLUSH),
                ("Tidying up", self.tidy, TIDY),
            )
        ]

    # --- its life -------------------------------------------------------------------------

    async def start(self) -> int:
        """Listen, and look at the active servers; return the port.

        Raises
        ------
        OSError
            The address is somebody else's.
        """
        bound = await sockets(self._settings)
        self._server = HTTPServer(
            self.application(),
            ssl_options=tls_context() if self._settings.tls else None,
            max_body_size=_MOST_BYTES,
            idle_connection_timeout=_IDLE_CONNECTION,
            body_timeout=_SLOW_BODY,
        )
        self._server.add_sockets(bound)
        self._looking.start()
        address = bound[0].getsockname()
        port = address[1] if isinstance(address, tuple) else 0
        log.info("Hub Admin Lab %s serves %s.", __version__, self._settings.prefix)
        return int(port)

    async def open(self) -> None:
        """Wait for the database, then answer requests, look after servers, and cull.

        Raises
        ------
        StoreUnusable
            Waiting for it does not help.
        """
        await self.parts.opening.wait()
        for periodic in self._periodic:
            periodic.start()
        if self._settings.cull_every is not None:
            self.culler.start()
        log.info("The database is open: %i rules are set.", len(self.parts.rulebook.stored()))

    async def load(self) -> None:
        """Read everything from the database: without the rules nothing may be decided.

        Raises
        ------
        StoreUnavailable
            Not all of it could be read.
        """
        parts = self.parts
        await parts.rulebook.load()
        await parts.keeps.load()
        await parts.notices.load()
        await parts.reports.load()
        await parts.requests.load()
        parts.settling.start()

    async def close(self) -> None:
        """End everything, and write what is not written yet."""
        await self.culler.close()
        for periodic in (self._looking, *self._periodic):
            await periodic.close()
        if self._server is not None:
            self._server.stop()
            await self._server.close_all_connections()
        await self.parts.watching.close()
        try:
            await self.parts.reports.flush()
        finally:
            await self._stops.settle(all_of_them=True)

    def application(self) -> Application:
        """Return what answers the requests."""
        return Application(
            routes(self._settings.prefix, self.parts),
            log_function=self._log_request,
            serve_traceback=False,
        )

    # --- again and again ------------------------------------------------------------------

    async def refresh(self) -> None:
        """Look at the active servers, and forget the reports of those that have ended."""
        active = self.parts.active
        await active.refresh()
        if active.as_of is not None:
            await self.parts.reports.forget_gone(active.facts, active.as_of)

    async def reload(self) -> None:
        """Read what another process, or the culler, may have written."""
        await self.parts.rulebook.load()
        await self.parts.keeps.load()
        await self.parts.notices.load()

    async def tidy(self) -> None:
        """Forget what has ended, and what is older than the log goes back."""
        await self._store.tidy()
        await self._store.end_told(self._now() - timedelta(seconds=OLDEST_TOLD))
        if self._settings.log_days is not None:
            await self._store.prune_audit(self._now() - timedelta(days=self._settings.log_days))

    # --- what is told ---------------------------------------------------------------------

    def _log_request(self, handler: RequestHandler) -> None:
        request = handler.request
        if not isinstance(handler, ServiceHandler):
            return
        seconds = request.request_time()
        self.parts.metrics.took(handler.route, request.method or "", handler.get_status(), seconds)
        log.debug(
            "%s %s %i %.0f ms", request.method, handler.route, handler.get_status(), seconds * 1000
        )
