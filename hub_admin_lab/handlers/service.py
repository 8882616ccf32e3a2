"""`service/{path}`: the hub service's API, relayed with the visitor's own token.

The browser never talks to the service itself: its token stays here.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlencode

from jupyter_server.auth.decorator import authorized
from pydantic import BaseModel
from tornado import web

from hub_admin_lab.agent.agent import Agent
from hub_admin_lab.errors import NoService, NotFound, TooLarge
from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.hub.connection import HubConnection
from hub_admin_lab.hub.parts import HubParts
from hub_admin_lab.models import Nothing
from hub_admin_lab.models.service import AuditQuery, RuleVersionQuery, ServiceServersQuery

_MARK = "/hub-admin-lab/api/service/"
_LONGEST_PATH = 4000  # characters
_MOST_BYTES = 512 * 1024  # of a body; 100 drafts of rules are half of it


# The parts of the service's API by the first segment of their paths, with their verbs and what each
# takes as its query. Not `agents`, which is for servers and not for people, and not the health.
_PARTS: dict[str, dict[str, type[BaseModel]]] = {
    "info": {"GET": Nothing},
    "rules": {"GET": Nothing, "PUT": Nothing, "DELETE": RuleVersionQuery},
    "servers": {"GET": ServiceServersQuery, "POST": Nothing},
    "preview": {"POST": Nothing},
    "notices": {"POST": Nothing},
    "audit": {"GET": AuditQuery},
}


class ServiceHandler(HubHandler):
    """`service/{path}`: for everybody at home; the service decides what they may."""

    def initialize(  # type: ignore[override]
        self, hub: HubConnection | None, parts: HubParts | None, agent: Agent | None
    ) -> None:
        """Take the parts; they are None where this server belongs to no Hub or service."""
        super().initialize(hub, parts)
        self.agent = agent

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """As the service answers."""
        await self.while_wanted(self._relay())

    @web.authenticated
    @authorized
    async def put(self, path: str) -> None:
        """As the service answers."""
        await self._relay()

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """As the service answers."""
        await self._relay()

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """As the service answers."""
        await self._relay()

    async def _relay(self) -> None:
        actor = self.at_home
        verb = self.request.method or ""
        path, verbs = _find(self.request.path)
        query = self.parse_query(verbs.get(verb, Nothing)).model_dump(
            mode="json", exclude_unset=True
        )
        if verb not in verbs:
            raise web.HTTPError(405)
        service = self.parts.service
        if service is None:
            raise NoService("This hub does not run the service that keeps the idle rules.")
        if len(self.request.body) > _MOST_BYTES:
            raise TooLarge("That is more than the hub service takes.")
        answer = await service.ask(
            verb,
            path,
            actor.token,
            query=urlencode(query),
            body=self.request.body,
        )
        if self.agent is not None and verb != "GET" and answer.status < 300:
            self.agent.soon()  # it may be about this server
        if answer.retry_after is not None:
            self.set_header("Retry-After", str(answer.retry_after))
        if not answer.content:
            self.done(answer.status)
            return
        self.set_status(answer.status)
        self.finish(answer.content)


def _find(path: str) -> tuple[str, dict[str, type[BaseModel]]]:
    """Return the path below the service's API, each segment quoted, and what its part takes.

    Raises
    ------
    NotFound
        There is no such part, or a segment is a step in the path.
    """
    # As it was sent: what the route gives is unquoted, and a name can hold a slash.
    segments = [unquote(segment) for segment in path.partition(_MARK)[2].split("/")]
    if (
        len(path) > _LONGEST_PATH
        or segments[0] not in _PARTS
        or not all(segment.isprintable() for segment in segments)
        # A slash in a name counts: whoever unquotes the path once more takes the step.
        or any(step in (".", "..") for segment in segments for step in segment.split("/"))
    ):
        raise NotFound("The hub service has nothing at this address.")
    return "/".join(quote(segment, safe="") for segment in segments), _PARTS[segments[0]]
