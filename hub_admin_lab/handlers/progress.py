"""`GET .../progress`: how a start or a restart goes on, as an event stream."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.handlers.stream import StreamHandler


class ProgressHandler(StreamHandler):
    """`users/{user}/server/progress` and `users/{user}/servers/{name}/progress`."""

    @web.authenticated
    @authorized
    async def get(self, user: str, server: str | None) -> None:
        """200 with one `ProgressEvent` in each `data:` line, the last one ready or failed."""
        actor = self.actor
        self.expect_nothing()
        events = await self.servers.progress(actor, user, server or "")
        await self.stream(f"data: {event.model_dump_json()}" async for event in events)
