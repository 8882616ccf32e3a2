"""Messages for the people in their servers: in memory, and kept in the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from hub_admin_lab.models.report import NoticeTold
from hub_admin_lab.models.service import NoticeAudience
from hub_admin_lab.service.store import Store, StoredNotice

# At a time, to one server: nobody reads more.
MOST = 20

# How much of what was read already is read again: a transaction may take that long to be stored
# after the time that it says of itself, and clocks of two processes differ.
AGAIN = timedelta(minutes=5)
# How often those that have ended are taken out: to find them, all are gone through.
SWEEP = timedelta(minutes=10)

Key = tuple[str, str]
"""Of a message: kind and name of its audience. Of a server: its user and its name."""


class Notices:
    """All that have not ended, by whom they are for: a server that reports asks for its own.

    Parameters
    ----------
    now
        The clock.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._by_id: dict[str, StoredNotice] = {}
        self._for: defaultdict[Key, dict[str, StoredNotice]] = defaultdict(dict)
        self._seen: defaultdict[Key, set[str]] = defaultdict(set)
        self._read_at: datetime | None = None
        self._sweep_at = now() + SWEEP

    async def load(self) -> None:
        """Read them: all at the start, and what is new now and then, as the culler writes some."""
        at = self._now()
        # If the clock was set back, what is written now is older than what was read.
        since = None if self._read_at is None else min(at, self._read_at) - AGAIN
        for notice in await self._store.notices(since):
            self._take(notice)
        self._read_at = at
        if at >= self._sweep_at or at < self._sweep_at - SWEEP:
            self._sweep(at)

    async def add(self, to: NoticeAudience, text: str, *, by: str, until: datetime | None) -> str:
        """Send a message; return its id.

        Raises
        ------
        StoreUnavailable
            It is not sent.
        """
        id_ = await self._store.add_notice(to, text, kind="message", by=by, until=until)
        # Not read anew: what is sent is sent, even if the database goes away right now.
        self._take(StoredNotice(id_, to, "message", text, by, self._now(), until, frozenset()))
        return id_

    def for_server(self, user: str, server: str, groups: Collection[str]) -> list[NoticeTold]:
        """Return what a server is to show and has not shown yet, the oldest first."""
        now = self._now()
        seen = self._seen.get((user, server), ())
        found = [
            notice
            for audience in _audiences(user, server, groups)
            for notice in self._for.get(audience, {}).values()
            if (notice.until is None or notice.until > now) and notice.id not in seen
        ]
        found.sort(key=attrgetter("at", "id"))
        return [
            NoticeTold(
                id=notice.id,
                kind=notice.kind,
                text=notice.text,
                by=notice.by,
                at=notice.at,
                until=notice.until,
                personal=notice.to.kind != "everybody",
            )
            for notice in found[:MOST]
        ]

    async def seen(self, ids: Sequence[str], user: str, server: str) -> None:
        """Take a server's word for it that it has shown them; those of others stay as they are."""
        seen = self._seen.get((user, server), ())
        new = [id_ for id_ in ids if id_ in self._by_id and id_ not in seen]
        if not new:
            return
        await self._store.notice_seen(new, user, server)
        self._seen[user, server].update(new)
        for id_ in new:
            notice = self._by_id.get(id_)
            # As the store has: it was this server's alone.
            if (
                notice is not None
                and notice.kind == "stopped"
                and _audience(notice) == ("server", f"{user}/{server}")
            ):
                self._drop(notice)

    def _take(self, notice: StoredNotice) -> None:
        self._by_id[notice.id] = notice
        self._for[_audience(notice)][notice.id] = notice
        for server in notice.seen:
            self._seen[server].add(notice.id)

    def _drop(self, notice: StoredNotice) -> None:
        audience = _audience(notice)
        del self._by_id[notice.id]
        del self._for[audience][notice.id]
        if not self._for[audience]:
            del self._for[audience]

    def _sweep(self, now: datetime) -> None:
        """Forget what has ended, and who has seen it."""
        self._sweep_at = now + SWEEP
        for notice in list(self._by_id.values()):
            if notice.until is not None and notice.until <= now:
                self._drop(notice)
        for server, ids in list(self._seen.items()):
            ids.intersection_update(self._by_id)
            if not ids:
                del self._seen[server]


def _audience(notice: StoredNotice) -> Key:
    return notice.to.kind, notice.to.name


def _audiences(user: str, server: str, groups: Collection[str]) -> Iterator[Key]:
    """Return all whom a message can be for that this server shows."""
    yield "everybody", ""
    for group in groups:
        yield "group", group
    yield "user", user
    yield "server", f"{user}/{server}"
