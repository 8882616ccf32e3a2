"""What was told of the Hub's users and servers, so that only what is new is told."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from pydantic import BaseModel

from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.hub.scopes import Scopes
from hub_admin_lab.models import (
    Counts,
    LiveProgress,
    LiveUsers,
    ProgressEvent,
    ServerView,
    UserView,
)

# Characters of one event, if it can be parted; a browser reads no more than four times as much.
_LARGE = 64 * 1024
# Characters that are told at once, and of one user with very many servers; the rest waits for the
# next time. Far less than may wait for a listener: what one user has must not cut a stream off.
_AT_ONCE = 512 * 1024
_OF_ONE = 2 * _LARGE


class _Told(NamedTuple):
    """What was told of a user: not the words, which may be many, only whether they are the same."""

    itself: int
    servers: dict[str, int]
    active: bool


class News:
    """Tells what is new of users and servers to all who listen, and remembers what was told.

    Parameters
    ----------
    broadcast
        Who listens.
    """

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        # Whose rows somebody looks at; kept by the watcher.
        self.in_view: Container[str] = ()
        self._told: dict[str, _Told] = {}
        self._counts: Counts | None = None

    def is_for(self, scopes: Scopes) -> bool:
        """Whether those who listen, if anybody does, hold these scopes."""
        return self._broadcast.is_for(scopes)

    def users(self, views: Iterable[UserView]) -> set[str]:
        """Tell what is new of users as the Hub has just sent them.

        Somebody of whom nothing was told is told in full: as changed, or, not in view and active,
        as added. Who is neither in view nor active is of no interest. Of somebody with very many
        servers these are told one by one, some each time; whoever has to wait is told the next time
        that the Hub sends them.

        Returns
        -------
        set
            Those who have to wait.
        """
        return self._tell(views)

    def seen(self, user: UserView, server: ServerView | None = None) -> None:
        """Tell what is new of a user, also one who is neither in view nor active.

        Somebody acted on this user, or on one server, or the server has arrived.
        """
        if not self._broadcast.heard:
            return
        known = user.name in self._told
        self._tell([user], anyway=True)
        # One that is not among the user's any more was deleted: it comes to no row again.
        if server is not None and not known and server.name in {each.name for each in user.servers}:
            self._broadcast.publish("server", server)

    def _tell(self, views: Iterable[UserView], *, anyway: bool = False) -> set[str]:
        waiting: set[str] = set()
        added: list[UserView] = []
        changed: list[UserView] = []
        servers: list[ServerView] = []
        room = _AT_ONCE
        # Whoever has very many servers comes last, and keeps nobody else waiting.
        for size, view in sorted(map(_sized, views), key=lambda each: each[0] > _OF_ONE):
            wanted = view.name in self.in_view
            before, now = self._told.get(view.name), _told(view)
            if not wanted and not now.active:
                self._told.pop(view.name, None)
                if before is None and not anyway:
                    continue
            one_by_one = size > _OF_ONE
            whole = not one_by_one and (before is None or _differs(before, now))
            if whole and size > room:
                waiting.add(view.name)
                continue
            if whole:
                new = before is None and now.active and not wanted
                (added if new else changed).append(view)
                room -= size
            same = before.servers if before else {} if one_by_one else now.servers
            news = [
                server
                for server in view.servers
                if same.get(server.name) != now.servers[server.name]
            ]
            told = _first(news, min(room, _OF_ONE))
            room -= sum(map(_size, told))
            servers += told
            for server in news[len(told) :]:
                waiting.add(view.name)
                _keep(now.servers, server.name, same.get(server.name))
            if wanted or now.active:
                self._told[view.name] = now
        for part in _parts(added):
            self._broadcast.publish("users", LiveUsers(added=part))
        for part in _parts(changed):
            self._broadcast.publish("users", LiveUsers(changed=part))
        for server in servers:
            self._broadcast.publish("server", server)
        return waiting

    def server(self, view: ServerView) -> None:
        """Tell how a server is, new or not."""
        told = self._told.get(view.user)
        if told is not None:
            told.servers[view.name] = _print(view)
        self._broadcast.publish("server", view)

    def progress(self, user: str, server: str, event: ProgressEvent) -> None:
        """Tell how the start of a server goes on."""
        self._broadcast.publish(
            "progress", LiveProgress(user=user, server=server, **event.model_dump())
        )

    def removed(self, name: str) -> None:
        """Tell that the Hub does not know a user any more."""
        self._told.pop(name, None)
        self._broadcast.publish("users", LiveUsers(removed=[name]))

    def counts(self, counts: Counts) -> None:
        """Tell the totals, if they have changed."""
        if counts != self._counts:
            self._counts = counts
            self._broadcast.publish("users", LiveUsers(counts=counts))

    def active(self) -> set[str]:
        """Return who was told to be active."""
        return {name for name, told in self._told.items() if told.active}

    def leave(self, names: Iterable[str]) -> None:
        """Forget those who went out of view, the active ones excepted."""
        for name in names:
            told = self._told.get(name)
            if told is not None and not told.active:
                del self._told[name]

    def forget(self, names: Iterable[str]) -> None:
        """Forget what was told of users, so that they will be told in full."""
        for name in names:
            self._told.pop(name, None)

    def clear(self) -> None:
        """Forget everything."""
        self._told.clear()
        self._counts = None


def _print(view: BaseModel, *, leave_out: set[str] | None = None) -> int:
    return hash(view.model_dump_json(exclude=leave_out))


def _told(view: UserView) -> _Told:
    return _Told(
        itself=_print(view, leave_out={"servers"}),
        servers={server.name: _print(server) for server in view.servers},
        active=any(server.state != "stopped" for server in view.servers),
    )


def _size(view: BaseModel) -> int:
    return len(view.model_dump_json())


def _sized(view: UserView) -> tuple[int, UserView]:
    return _size(view), view


def _first(servers: list[ServerView], room: int) -> list[ServerView]:
    """Return as many of the first servers as there is room for."""
    sizes = accumulate(map(_size, servers))
    return [server for server, size in zip(servers, sizes, strict=True) if size <= room]


def _keep(told: dict[str, int], name: str, before: int | None) -> None:
    """Have a server be as it was told before, if it was."""
    if before is None:
        del told[name]
    else:
        told[name] = before


def _differs(before: _Told, now: _Told) -> bool:
    """Return whether something changed that is not only about a server."""
    return before.itself != now.itself or before.servers.keys() != now.servers.keys()


def _parts(views: list[UserView]) -> Iterator[list[UserView]]:
    """Yield users in parts, each of a size that a browser takes as one event."""
    part: list[UserView] = []
    size = 0
    for view in views:
        length = len(view.model_dump_json())
        if part and size + length > _LARGE:
            yield part
            part, size = [], 0
        part.append(view)
        size += length
    if part:
        yield part
