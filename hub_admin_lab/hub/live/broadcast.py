"""From one who tells to all who listen: what `GET events` sends, once for each open stream."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

from pydantic import BaseModel

from hub_admin_lab.hub.scopes import Scopes

# Characters that may wait for one listener. Whoever reads that slowly is better off beginning anew.
BACKLOG = 4 * 1024 * 1024

_OVERHEAD = 100  # what a message costs beside its text


class Message(NamedTuple):
    """One event, as it is sent."""

    name: str
    data: str

    @property
    def size(self) -> int:
        """How much it counts against `BACKLOG`."""
        return len(self.data) + _OVERHEAD


class Listener:
    """What one stream has not read yet: ``async for message in listener``.

    It ends when it is closed: by its reader, by the broadcast, or because too much waits for it.
    What waited is dropped then, so that a reader who does not read holds no memory.
    """

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._messages: deque[Message] = deque()
        self._size = 0
        self._news = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many messages are not read yet."""
        return len(self._messages)

    def put(self, message: Message) -> None:
        """Let a message wait; one that is larger than the limit may wait alone."""
        if self.closed.is_set():
            return
        if self._messages and self._size + message.size > BACKLOG:
            self.close()
            return
        self._messages.append(message)
        self._size += message.size
        self._news.set()

    def close(self) -> None:
        """Listen no longer."""
        self._broadcast.forget(self)
        self._messages.clear()
        self._size = 0
        self.closed.set()
        self._news.set()

    def __aiter__(self) -> Listener:
        return self

    async def __anext__(self) -> Message:
        while not self._messages:
            if self.closed.is_set():
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        message = self._messages.popleft()
        self._size -= message.size
        return message


class Broadcast:
    """Tells everybody who listens what happens. Nobody listens: it costs nothing."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        # What all who listen hold; None: whatever they hold.
        self.audience: Scopes | None = None

    def is_for(self, scopes: Scopes) -> bool:
        """Whether those who listen, if anybody does, hold these scopes.

        What somebody learns with others is not for them: it may be more than they may see, and it
        says what that other one may do.
        """
        return self.audience is None or self.audience.names == scopes.names

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def publish(self, name: str, event: BaseModel) -> None:
        """Tell an event to all who listen now.

        Parameters
        ----------
        name
            What kind of event: ``server``, ``users``, ``progress``, ``bulk``, ``stale``,
            ``fresh``.
        event
            What has happened; see ``hub_admin_lab.models.live``.
        """
        if not self._listeners:
            return
        message = Message(name, event.model_dump_json())
        for listener in tuple(self._listeners):
            listener.put(message)

    def listen(self) -> Listener:
        """Return what will hear all that is told from now on; close it afterwards."""
        listener = Listener(self)
        self._listeners.add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """Tell nothing to a listener any longer."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """End all who listen."""
        for listener in tuple(self._listeners):
            listener.close()
