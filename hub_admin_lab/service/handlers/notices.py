"""`notices`: a message to everybody, to a group, to somebody, or to a server."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hub_admin_lab.errors import Forbidden, HubNotFound, InvalidRequest
from hub_admin_lab.models.service import NoticeAudience, NoticeCreated, NoticeRequest
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.handlers.base import ServiceHandler
from hub_admin_lab.wire import plain

_LONGEST = timedelta(days=366)


class NoticesHandler(ServiceHandler):
    """`notices`."""

    route = "notices"

    async def post(self) -> None:
        """201 with a `NoticeCreated`: servers get it with the answer to their next report."""
        access = await self.access(acts=True)
        self.expect_no_query()
        notice = self.parse_body(NoticeRequest)
        now = self.parts.now()
        if notice.until.tzinfo is None or not now < notice.until <= now + _LONGEST:
            raise InvalidRequest(
                "A message ends within a year, and not in the past.", [{"field": "until"}]
            )
        to = _audience(notice.to)
        await self._check(access, to)
        text = plain(notice.text, lines=True)
        actor = access.caller.actor
        entry = await self.parts.store.begin(
            actor=actor,
            action="send-notice",
            user=to.name.partition("/")[0] if to.kind in ("user", "server") else "",
            server=to.name.partition("/")[2] if to.kind == "server" else None,
            target=f"{to.kind} {to.name}".rstrip(),
            reason=text,
        )
        id_ = await self.parts.notices.add(to, text, by=actor, until=notice.until)
        await self.parts.store.end(entry, "done")
        self.reply(NoticeCreated(id=id_), 201)

    async def _check(self, access: Access, to: NoticeAudience) -> None:
        if not access.edits_something:
            raise Forbidden("You may not send messages.")
        groups: frozenset[str] = frozenset()
        user = to.name.partition("/")[0]
        if to.kind in ("user", "server") and not access.edits_everything:
            with suppress(HubNotFound):  # in no group
                groups = await self.parts.active.groups_of(user)
        may = {
            "everybody": lambda: access.edits_everything,
            "group": lambda: access.edits_group(to.name),
            "user": lambda: access.edits_user(user, groups),
            "server": lambda: access.edits_server(user, to.name.partition("/")[2], groups),
        }
        if not may[to.kind]():
            raise Forbidden("You may send messages only to those whose rules you may edit.")


def _audience(to: NoticeAudience) -> NoticeAudience:
    if (to.kind == "everybody") == bool(to.name) or not to.name.isprintable():
        raise InvalidRequest("Say to whom the message goes.", [{"field": "to.name"}])
    if to.kind == "server" and "/" not in to.name:
        return NoticeAudience(kind="server", name=f"{to.name}/")
    return to
