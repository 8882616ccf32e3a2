"""`watch`: on whom something has changed, for those whose panels show them."""

from __future__ import annotations

import hashlib

from hub_admin_lab.errors import Forbidden
from hub_admin_lab.models.watching import Watched, WatchRequest
from hub_admin_lab.service.handlers.base import ServiceHandler


class WatchHandler(ServiceHandler):
    """`watch`."""

    route = "watch"

    async def post(self) -> None:
        """200 with `Watched`: how these pages were a moment ago; they are looked at from now on.

        403 for whoever may not list everybody and see all that the marks are made of: others watch
        by themselves what they may see.
        """
        access = await self.access()
        self.expect_no_query()
        if not access.watches:
            raise Forbidden("Only who may list all users and see their servers watches them here.")
        pages = self.parse_body(WatchRequest).pages
        watching = self.parts.watching
        found = watching.look(hashlib.sha256(self.token().encode()).digest(), pages)
        self.reply(Watched(pages=found, watchers=watching.watchers))
