"""`bulk`: start, stop or restart many servers at once, and see how that goes."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.models import BulkRequest, DryRunQuery


class BulksHandler(HubHandler):
    """`bulk`, and `bulk?dry_run=1`, which only tells what would happen."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """202 with a `BulkProgress`: it has begun; or 200 with a `BulkPlan`."""
        actor = self.actor
        dry_run = self.parse_query(DryRunQuery).dry_run
        request = self.parse_body(BulkRequest)
        if (request.targets is None) == (request.filter is None):
            raise InvalidRequest("Say which servers: either as `targets` or as a `filter`.")
        if request.targets == []:
            raise InvalidRequest("There is no server among the `targets`.")
        bulks = self.parts.bulks
        if dry_run:
            self.reply(await self.while_wanted(bulks.plan(actor, request)))
            return
        targets = await self.while_wanted(bulks.choose(actor, request))
        self.reply(bulks.start(actor, request.action, targets), 202)


class BulkHandler(HubHandler):
    """`bulk/{id}`."""

    @web.authenticated
    @authorized
    async def get(self, bulk: str) -> None:
        """200 with a `BulkStatus`: how it is going, and the outcome of each server so far."""
        actor = self.actor
        self.expect_nothing()
        self.reply(self.parts.bulks.status(actor, bulk))

    @web.authenticated
    @authorized
    async def delete(self, bulk: str) -> None:
        """200 with a `BulkProgress`: what it had not begun is left out."""
        actor = self.actor
        self.expect_nothing()
        self.reply(self.parts.bulks.cancel(actor, bulk))
