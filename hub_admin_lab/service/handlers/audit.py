"""`audit`: the log."""

from __future__ import annotations

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.models.service import AuditQuery
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.handlers.base import ServiceHandler
from hub_admin_lab.service.store import AuditVisible


class AuditHandler(ServiceHandler):
    """`audit?…`."""

    route = "audit"

    async def get(self) -> None:
        """200 with an `AuditPage`: newest first, and only what the caller may see.

        An admin sees everything; whoever edits a group's rules, what concerns its members;
        everybody what concerns their own servers.
        """
        access = await self.access()
        query = self.parse_query(AuditQuery)
        if query.since is not None and query.since.tzinfo is None:
            raise InvalidRequest("Say in which time zone.", [{"field": "since"}])
        visible = await self._visible(access)
        self.reply(await self.parts.store.audit(query, visible=visible))

    async def _visible(self, access: Access) -> AuditVisible:
        if access.edits_everything:
            return AuditVisible(None)
        users = set(access.users)
        for group in access.groups:
            users.update(await self.parts.members.of(group))
        if access.caller.at_home:
            users.add(access.caller.name)
        # What they did themselves only where the token may edit rules: else it may be one that
        # they left on somebody's server.
        return AuditVisible(
            frozenset(users), access.caller.actor if access.edits_something else None
        )
