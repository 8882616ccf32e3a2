"""`servers`: what runs, what becomes of it and why; keeping a server; its kernels."""

from __future__ import annotations

import asyncio

from hub_admin_lab.errors import Conflict, Forbidden, InvalidRequest, NotFound
from hub_admin_lab.models.service import (
    Extended,
    ExtendRequest,
    KernelShutdown,
    ServiceServers,
    ServiceServersQuery,
)
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.extending import keep_at_most
from hub_admin_lab.service.handlers.base import ServiceHandler, named
from hub_admin_lab.service.judge import Verdict
from hub_admin_lab.service.preview import AT_A_TIME, judge_all, seen_by
from hub_admin_lab.service.views import server_view

FULL = 32 * 1024 * 1024
"""Bytes of the list after which servers are shown without what they reported: a server extension
takes 64 MB of the service, and rather has all servers than all kernels of the first ones."""


class ServersHandler(ServiceHandler):
    """`servers?user=&busy=`."""

    route = "servers"

    async def get(self) -> None:
        """200 with `ServiceServers`: the active ones that the caller may see."""
        access = await self.access()
        query = self.parse_query(ServiceServersQuery)
        seen = await seen_by(self.parts.active, access, user=query.user)
        if query.busy:
            seen = [facts for facts in seen if self.parts.judge.runs_code(facts)]
        items = []
        size = 0
        for number, verdict in enumerate(await judge_all(self.parts.judge, seen), 1):
            facts = verdict.facts
            may_manage = access.manages(facts.user, facts.server, facts.groups)
            view = server_view(verdict, may_manage=may_manage, brief=size > FULL)
            items.append(view.model_dump_json())
            size += len(items[-1].encode())
            if number % AT_A_TIME == 0:
                await asyncio.sleep(0)  # they are many: others have their turn
        now = self.parts.now()
        # The list may be long: its items are put together as they are, and go in as they are.
        rest = ServiceServers(items=[], as_of=self.parts.active.as_of or now, now=now)
        whole = rest.model_dump_json().replace("[]", f"[{','.join(items)}]", 1)
        self.finish(whole)


class OneServerHandler(ServiceHandler):
    """Base of what is done with one server."""

    async def managed(self, user: str, server: str) -> tuple[Access, Verdict]:
        """Return the caller and the server, which the caller may manage.

        Raises
        ------
        NotFound
            It does not run, or the caller may not see it.
        Forbidden
            The caller may see it only.
        """
        access = await self.access(acts=True)
        facts = self.parts.active.of_user(user).get((user, server))
        if facts is None and (access.owns(user) or access.edits_something):
            # It may have started since the last look at all servers.
            facts = (await self.parts.active.look(user)).get((user, server))
        if facts is None or not access.sees(user, server, facts.groups):
            raise NotFound("There is no such server running that you may see.")
        if not access.manages(user, server, facts.groups):
            raise Forbidden("You may only see this server.")
        return access, self.parts.judge.judge(facts)


class ExtendHandler(OneServerHandler):
    """`servers/{user}/{server}/extend`."""

    route = "extend"

    async def post(self, user: str, server: str | None = None) -> None:
        """Keep it until then, or until what is allowed: 200 with `Extended`.

        With an `until` of null what was granted ends.
        """
        user, server = named(user), named(server or "")
        access, verdict = await self.managed(user, server)
        self.expect_no_query()
        asked = self.parse_body(ExtendRequest).until
        actor = access.caller.actor
        if asked is None:
            await self.parts.keeps.end(user, server, by=actor)
            self.reply(Extended(until=None, asked=None))
            return
        if asked.tzinfo is None:
            raise InvalidRequest("Say in which time zone.", [{"field": "until"}])
        if asked <= self.parts.now():
            raise InvalidRequest("That is in the past.", [{"field": "until"}])
        until = min(asked, keep_at_most(self.parts, access, verdict))
        self._expect_no_stop(user, server)
        kept = await self.parts.keeps.keep(user, server, until, by=actor)
        try:
            self._expect_no_stop(user, server)  # it may have begun meanwhile, and ended
        except Conflict:
            # Else it would keep the next run of this server.
            await self.parts.keeps.end(user, server, by=actor)
            raise
        self.reply(Extended(until=kept.until, asked=asked))

    def _expect_no_stop(self, user: str, server: str) -> None:
        facts = self.parts.active.of_user(user).get((user, server))
        stopping = (user, server) in self.parts.stopping()
        if facts is None or facts.pending == "stop" or stopping:
            raise Conflict("This server is being stopped: it is too late to keep it.")


class KernelShutdownHandler(OneServerHandler):
    """`servers/{user}/{server}/kernels/{id}/shutdown`."""

    route = "shutdown"

    async def post(self, user: str, server: str | None, kernel: str) -> None:
        """Ask the server to shut a kernel down: 202 with `KernelShutdown`."""
        user, server = named(user), named(server or "")
        access, verdict = await self.managed(user, server)
        self.expect_nothing()
        report = verdict.report
        if report is None:
            raise Conflict("This server does not report: it cannot be asked for anything.")
        found = next((each for each in report.kernels if each.id == kernel), None)
        if found is None:
            raise NotFound("This server has not reported such a kernel.")
        id_ = await self.parts.requests.ask(
            user,
            server,
            found.id,
            by=access.caller.actor,
            reason=f"Asked for; its notebook is {found.path}." if found.path else "Asked for.",
        )
        self.reply(KernelShutdown(id=id_), 202)
