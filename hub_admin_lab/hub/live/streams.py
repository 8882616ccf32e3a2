"""The open streams of `GET events`: whose they are, and what each of them looks at."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from hub_admin_lab.errors import Conflict, NotFound
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.live.broadcast import Broadcast, Listener
from hub_admin_lab.models import LiveView, LiveWindow

# A browser has one. More than this many are not browsers that anybody sits before.
MOST_STREAMS = 32


@dataclass(eq=False)
class Stream:
    """One of them.

    Attributes
    ----------
    name
        What ``PUT events/{stream}`` calls it.
    actor
        Whose it is, with the newest token that was seen.
    listener
        What it has not sent yet.
    view
        What is looked at.
    refused
        The Hub does not take this actor's token, or does not list anybody for it.
    """

    actor: Actor
    listener: Listener
    name: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    view: LiveView = field(default_factory=LiveView)
    refused: bool = False

    @property
    def looks(self) -> bool:
        """Whether there is something in view."""
        return bool(self.view.users or self.view.windows)


class Streams:
    """All open streams, the one that last said what it looks at last.

    Parameters
    ----------
    broadcast
        What they listen to.
    """

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._open: dict[str, Stream] = {}

    def __iter__(self) -> Iterator[Stream]:
        return iter(self._open.values())

    def open(self, actor: Actor) -> Stream:
        """Return a new stream; where there are too many, the one that looked longest ago ends.

        Raises
        ------
        Conflict
            There are streams for other scopes, and what is told to one is told to all.
        """
        self._admit(actor)
        if len(self._open) >= MOST_STREAMS:
            self.close(next(iter(self)))
        stream = Stream(actor, self._broadcast.listen())
        self._open[stream.name] = stream
        return stream

    def look(self, actor: Actor, name: str, view: LiveView) -> set[str]:
        """Set what a stream looks at; return the users whom it did not look at before.

        Raises
        ------
        NotFound
            There is no such stream, or it is somebody else's, or for other scopes.
        """
        stream = self._open.get(name)
        if stream is None or not _same(stream.actor, actor):
            raise NotFound("There is no such stream of events. Open a new one.")
        self._admit(actor)
        new = set(view.users) - set(stream.view.users)
        stream.actor, stream.view, stream.refused = actor, view, False
        self._open[name] = self._open.pop(name)
        return new

    def see(self, actor: Actor) -> bool:
        """Have the streams of a token go on with what the Hub says of it now.

        Returns
        -------
            Whether the Hub said something else when they were opened.
        """
        held = actor.scopes.names
        own = [stream for stream in self if stream.actor.token == actor.token]
        if all(stream.actor.scopes.names == held for stream in own):
            return False
        self._admit(actor)
        return True

    def _admit(self, actor: Actor) -> None:
        """See to it that all streams are for the same scopes.

        These are what the Hub says of the actor's token now. Where it said something else when this
        token's streams were opened, they go on with these, and all others end: what was known of
        them is as old, and they can be opened again.
        """
        held = actor.scopes.names
        others = [stream for stream in self if stream.actor.scopes.names != held]
        own = [stream for stream in self if stream.actor.token == actor.token]
        if others and not own:
            raise Conflict(
                "News of the hub go to another browser, or program, of yours that has other"
                " permissions. Close that one, or log out there and in again."
            )
        for stream in own:
            stream.actor = actor
        for stream in others:
            if stream not in own:
                self.close(stream)
        self._broadcast.audience = actor.scopes

    def close(self, stream: Stream) -> None:
        """End a stream; it may have ended already."""
        self._open.pop(stream.name, None)
        stream.listener.close()

    # --- all together ---------------------------------------------------------------------

    @property
    def users(self) -> set[str]:
        """Whose rows are in view somewhere."""
        return {name for stream in self for name in stream.view.users}

    @property
    def windows(self) -> list[LiveWindow]:
        """The pages in which they were listed, each once."""
        return list(dict.fromkeys(window for stream in self for window in stream.view.windows))

    @property
    def looking(self) -> bool:
        """Whether anybody has anything in view for whom the Hub can be asked."""
        return self.actor() is not None

    def actor(self) -> Actor | None:
        """Return who asks the Hub: whoever said last what they look at, and was not refused."""
        asking = [stream.actor for stream in self if stream.looks and not stream.refused]
        return asking[-1] if asking else None

    def refuse(self, actor: Actor) -> None:
        """Ask as somebody else from now on, if there is anybody."""
        for stream in self:
            if stream.actor.token == actor.token:
                stream.refused = True

    def close_refused(self) -> None:
        """End the streams of those whom the Hub refuses: others are told more than they may see."""
        for stream in list(self):
            if stream.refused:
                self.close(stream)


def _same(one: Actor, other: Actor) -> bool:
    """Return whether what is one's is the other's too."""
    return one.token == other.token or one.is_like(other)
