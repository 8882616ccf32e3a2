"""What the routes share that answer with an event stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError

from hub_admin_lab.handlers.hub import HubHandler

# Seconds of silence after which proxies begin to close connections (section 5 of the design).
HEARTBEAT = 20.0

_STILL_HERE = ": still here\n\n"


class StreamHandler(HubHandler):
    """Base of the handlers that send events."""

    async def stream(self, events: AsyncIterator[str]) -> None:
        """Send each event as it comes, and a comment where none has come for a while.

        Parameters
        ----------
        events
            Each in the format of event streams, without the empty line at its end.
        """
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")  # nginx keeps streams back otherwise
        await self.while_wanted(self._send(events))
        self.finish()

    async def _send(self, events: AsyncIterator[str]) -> None:
        try:
            async with aclosing(_with_heartbeat(events)) as sent:
                async for event in sent:
                    self.write(f"{event}\n\n" if event else _STILL_HERE)
                    await self.flush()
        except StreamClosedError:
            return  # the page was closed; what it looked at goes on without it

    def cut(self) -> None:
        """End the stream in the middle: its reader does not read."""
        cast("HTTP1Connection", self.request.connection).close()
        self.on_connection_close()

    def finish(self, *args: Any, **kwargs: Any) -> Any:
        """Finish as the event stream that it is, not as JSON, unless it is an error."""
        if self.get_status() == 200:
            kwargs.setdefault("set_content_type", "text/event-stream")
        return super().finish(*args, **kwargs)


async def _with_heartbeat(events: AsyncIterator[str]) -> AsyncGenerator[str | None, None]:
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
