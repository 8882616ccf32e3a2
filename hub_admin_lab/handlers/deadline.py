"""What the hub service told this server about itself, and that somebody is at work in the page.

For everybody who may use this server: `deadline`, `notices/{id}`, `presence`.
"""

from __future__ import annotations

from datetime import timedelta

from jupyter_server.auth.decorator import authorized
from pydantic import ValidationError
from tornado import web

from hub_admin_lab.agent.agent import Agent, Told
from hub_admin_lab.errors import Forbidden, NotFound
from hub_admin_lab.handlers.base import HubAdminHandler
from hub_admin_lab.handlers.person import person
from hub_admin_lab.hub.connection import HubConnection
from hub_admin_lab.models import Nothing, PresenceTold, ServerDeadline
from hub_admin_lab.server.presence import Presence

_NOTHING = ServerDeadline(
    now=None,
    told_seconds_ago=None,
    current=False,
    decision=None,
    idle_timeout=None,
    keep_until_most=None,
    notices=[],
)


class DeadlineHandler(HubAdminHandler):
    """`deadline`."""

    def initialize(self, hub: HubConnection | None, agent: Agent | None) -> None:
        """Take the parts; they are None where this server belongs to no Hub or service."""
        self.hub = hub
        self.agent = agent

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with a `ServerDeadline`; messages to its owner are for the owner only."""
        self.expect_nothing()
        told = None if self.agent is None else self.agent.told()
        if told is None:
            self.reply(_NOTHING)
            return
        try:
            owner = person(self.current_user, self.hub).owner
            self.reply(_view(told, owner=owner))
        except ValidationError:
            self.log.warning("What the hub service tells of this server is not understood.")
            self.reply(_NOTHING)


class NoticeHandler(HubAdminHandler):
    """`notices/{id}`."""

    def initialize(self, hub: HubConnection | None, agent: Agent | None) -> None:
        """Take the parts; they are None where this server belongs to no Hub or service."""
        self.hub = hub
        self.agent = agent

    @web.authenticated
    @authorized
    async def delete(self, notice: str) -> None:
        """204: its owner has seen it, and it is not shown again."""
        self.expect_nothing()
        if not person(self.current_user, self.hub).owner:
            raise Forbidden("Only the owner of this server can put its messages away.")
        if self.agent is None or not self.agent.saw(notice):
            raise NotFound("There is no such message (any more).")
        self.done()


class PresenceHandler(HubAdminHandler):
    """`presence`: told by a page while somebody types or clicks in it.

    At most once a minute, or four times within the idle time where that is short.
    """

    def initialize(self, presence: Presence, agent: Agent | None) -> None:
        """Take what remembers it, and the agent; None where there is no hub service."""
        self.presence = presence
        self.agent = agent

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """204: it counts as activity from now on, of the owner and of a visitor alike."""
        self.parse_query(Nothing)
        self.presence.told(self.parse_body(PresenceTold).page)
        if self.agent is not None:
            self.agent.somebody_came()
        self.done()


def _view(told: Told, *, owner: bool) -> ServerDeadline:
    """Return it as the API answers it, times by the service's clock as it is now.

    Whoever is not the owner gets the messages to everybody: an older service does not say which.

    Raises
    ------
    ValidationError
        It holds what nobody understands.
    """
    ago = told.seconds_ago
    notices = [
        notice for notice in told.shown["notices"] if owner or notice.get("personal") is False
    ]
    view = ServerDeadline.model_validate(
        {**told.shown, "notices": notices, "told_seconds_ago": ago, "current": told.current}
    )
    now = None if view.now is None else view.now + timedelta(seconds=ago)
    return view.model_copy(update={"now": now})
