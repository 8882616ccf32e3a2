"""`GET events`: what happens on the hub, as it happens; and what the browser looks at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.handlers.stream import StreamHandler
from hub_admin_lab.hub.live.broadcast import Listener
from hub_admin_lab.models import LiveView, Nothing


class EventsHandler(StreamHandler):
    """`events`: one stream for each browser."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with events that have an `id:`, from 1, and a name; the first is `hello`.

        A stream that is read too slowly is closed. Whoever opens another one and says what is in
        view gets all of it again.
        """
        actor = self.actor
        self.expect_nothing()
        stream = self.parts.watcher.open(actor)
        cutting = asyncio.ensure_future(self._cut_when_closed(stream.listener))
        try:
            await self.stream(_numbered(stream.listener))
        finally:
            cutting.cancel()
            self.parts.watcher.close_stream(stream)

    async def _cut_when_closed(self, listener: Listener) -> None:
        """End also where the end cannot be sent, because the reader does not read."""
        await listener.closed.wait()
        self.cut()


class LiveViewHandler(HubHandler):
    """`events/{stream}`: what the browser that reads this stream looks at."""

    @web.authenticated
    @authorized
    async def put(self, stream: str) -> None:
        """204; 404 where there is no such stream (any more)."""
        actor = self.actor
        self.parse_query(Nothing)
        self.parts.watcher.look(actor, stream, self.parse_body(LiveView))
        self.set_status(204)
        self.finish()


async def _numbered(listener: Listener) -> AsyncIterator[str]:
    number = 0
    async for message in listener:
        number += 1
        yield f"id: {number}\nevent: {message.name}\ndata: {message.data}"
