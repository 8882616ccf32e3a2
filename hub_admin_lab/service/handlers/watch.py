"""`watch`: on whom something has changed, for those whose panels show them."""

from __future__ import annotations

import asyncio
import hashlib

from hub_admin_lab.errors import Forbidden
from hub_admin_lab.models.watching import Watched, WatchRequest
from hub_admin_lab.service.handlers.base import ServiceHandler
from hub_admin_lab.service.watching import Marks


class WatchHandler(ServiceHandler):
    """`watch`."""

    route = "watch"
    _looking: asyncio.Task[list[Marks | None]] | None = None

    def on_connection_close(self) -> None:
        """Wait no longer for whoever does not: they look at something else now."""
        if self._looking is not None:
            self._looking.cancel()

    async def post(self) -> None:
        """200 with `Watched`, when the Hub is asked for these pages next.

        403 for whoever may not list everybody and see their servers: others watch by themselves
        what they may see.
        """
        access = await self.access()
        self.expect_no_query()
        if not access.watches:
            raise Forbidden("Only who may list all users and see their servers watches them here.")
        pages = self.parse_body(WatchRequest).pages
        who = hashlib.sha256(self.token().encode()).digest()
        self._looking = asyncio.ensure_future(self.parts.watching.look(who, pages))
        await asyncio.wait({self._looking})
        if self._looking.cancelled():
            return
        marks = self._looking.result()
        self.reply(Watched(pages=marks, watchers=self.parts.watching.watchers))
