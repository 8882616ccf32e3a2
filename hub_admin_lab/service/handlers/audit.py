"""`audit`: the log."""

from __future__ import annotations

from hub_admin_lab.errors import Forbidden, InvalidRequest, TooManyRequests
from hub_admin_lab.models.service import AuditQuery
from hub_admin_lab.models.told import AuditTold, ToldAction
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.handlers.base import ServiceHandler
from hub_admin_lab.service.store import AuditVisible
from hub_admin_lab.wire import plain


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

    async def post(self) -> None:
        """204: what the caller did in the panel is written down, as told by them.

        On whom they may not list, only they and who may see all can read it: a deed on somebody
        with whom they have nothing to do is hardly one.

        403 for whoever has no panel, and from anywhere but their own servers; 429, with
        `Retry-After`, where it is too much.
        """
        access = await self.access()
        self.expect_no_query()
        if not access.tells:
            raise Forbidden("Only a panel tells what was done, in a server of whoever did it.")
        actions = self.parse_body(AuditTold).entries
        actor = access.caller.actor
        wait = self.parts.tellers.take(actor, len(actions))
        if wait:
            raise TooManyRequests("That is more than is written down at once. Wait a little.", wait)
        users = await self._listed(access)
        await self.parts.store.tell(actor, [_plain(action) for action in actions], users=users)
        self.done()

    async def _listed(self, access: Access) -> frozenset[str] | None:
        """Return whom the caller may list; None: everybody."""
        if access.lists_everybody:
            return None
        users = set(access.listed_users)
        for group in access.listed_groups:
            users.update(await self.parts.members.of(group))
        return frozenset(users)

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


def _plain(action: ToldAction) -> ToldAction:
    """Return it with texts that every log takes; names as they are, by which entries are found."""
    texts = {name: plain(getattr(action, name)) for name in ("target", "reason", "message")}
    return action.model_copy(update=texts)
