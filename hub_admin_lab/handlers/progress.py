"""`GET .../progress`: how a start or a restart goes on, as an event stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.models import ProgressEvent

# Seconds of silence after which proxies begin to close connections (section 5 of the design).
HEARTBEAT = 20.0


class ProgressHandler(HubHandler):
    """`users/{user}/server/progress` and `users/{user}/servers/{name}/progress`."""

    @web.authenticated
    @authorized
    async def get(self, user: str, server: str | None) -> None:
        """200 with one `ProgressEvent` in each `data:` line, the last one ready or failed."""
        actor = self.actor
        self.expect_nothing()
        events = await self.servers.progress(actor, user, server or "")
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")  # nginx keeps streams back otherwise
        try:
            async for event in _with_heartbeat(events):
                self.write(f"data: {event.model_dump_json()}\n\n" if event else ": still here\n\n")
                await self.flush()
        except StreamClosedError:
            return  # the page was closed; the start goes on without it
        self.finish()

    def finish(self, *args: Any, **kwargs: Any) -> Any:
        """Finish as the event stream that it is, not as JSON, unless it is an error."""
        if self.get_status() == 200:
            kwargs.setdefault("set_content_type", "text/event-stream")
        return super().finish(*args, **kwargs)


async def _with_heartbeat(
    events: AsyncIterator[ProgressEvent],
) -> AsyncIterator[ProgressEvent | None]:
    """Yield the events, and None whenever none has come for a while."""
    following = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=HEARTBEAT)
            if not done:
                yield None
                continue
            event = following.result()
            if event is None:
                return
            yield event
            following = asyncio.ensure_future(anext(events, None))
    finally:
        following.cancel()
