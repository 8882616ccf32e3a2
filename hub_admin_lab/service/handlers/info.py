"""`GET info` and `GET health`: what the caller is to the service, and whether it works."""

from __future__ import annotations

from datetime import timedelta

from hub_admin_lab import __version__
from hub_admin_lab.models.service import Health, ServiceInfo
from hub_admin_lab.service.handlers.base import ServiceHandler

# Without an answer for so long the Hub counts as away.
_RECENT = timedelta(minutes=5)


class InfoHandler(ServiceHandler):
    """`info`."""

    route = "info"

    async def get(self) -> None:
        """200 with a `ServiceInfo`."""
        access = await self.access()
        self.expect_nothing()
        self.reply(
            ServiceInfo(
                version=__version__,
                name=access.caller.name,
                may_edit_hub=access.edits_everything,
                may_edit_groups=None if access.edits_everything else access.groups,
                may_see_audit=access.edits_something,
            )
        )


class HealthHandler(ServiceHandler):
    """`health`: for whoever watches over the service; without a token."""

    route = "health"

    async def get(self) -> None:
        """200 with a `Health`; 503 where the database or the Hub is away, or not read yet."""
        self.expect_nothing()
        database = self.parts.opening.done and await self.parts.pulse.beats()
        as_of = self.parts.active.as_of
        hub = as_of is not None and self.parts.now() - as_of < _RECENT
        health = Health(
            ok=database and hub,
            database=database,
            hub=hub,
            last_pass=self.parts.last_pass(),
            version=__version__,
        )
        self.reply(health, 200 if health.ok else 503)
