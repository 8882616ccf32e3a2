"""Messages for the people in their servers: in memory, and kept in the store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from hub_admin_lab.models.report import NoticeView
from hub_admin_lab.models.service import NoticeAudience
from hub_admin_lab.service.store import Store, StoredNotice

# At a time, to one server: nobody reads more.
MOST = 20


class Notices:
    """All that have not ended.

    Parameters
    ----------
    now
        The clock.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._notices: list[StoredNotice] = []
        # Since they were read last.
        self._seen: set[tuple[str, str, str]] = set()

    async def load(self) -> None:
        """Read them, at the start and now and then: the culler writes some too."""
        before, seen = self._notices, set(self._seen)
        found = await self._store.notices()
        if self._notices is before:  # else one was sent meanwhile
            self._notices = found
            self._seen -= seen

    async def add(self, to: NoticeAudience, text: str, *, by: str, until: datetime | None) -> str:
        """Send a message; return its id.

        Raises
        ------
        StoreUnavailable
            It is not sent.
        """
        id_ = await self._store.add_notice(to, text, kind="message", by=by, until=until)
        # Not read anew: what is sent is sent, even if the database goes away right now.
        new = StoredNotice(id_, to, "message", text, by, self._now(), until, frozenset())
        self._notices = [*self._notices, new]
        return id_

    def for_server(self, user: str, server: str, groups: Collection[str]) -> list[NoticeView]:
        """Return what a server is to show and has not shown yet, the oldest first."""
        now = self._now()
        found = [
            NoticeView(
                id=notice.id,
                kind=notice.kind,
                text=notice.text,
                by=notice.by,
                at=notice.at,
                until=notice.until,
            )
            for notice in self._notices
            if (notice.until is None or notice.until > now)
            and _is_for(notice.to, user, server, groups)
            and (user, server) not in notice.seen
            and (notice.id, user, server) not in self._seen
        ]
        return found[:MOST]

    async def seen(self, ids: Sequence[str], user: str, server: str) -> None:
        """Take a server's word for it that it has shown them; those of others stay as they are."""
        known = {notice.id for notice in self._notices}
        new = [id_ for id_ in ids if id_ in known and (id_, user, server) not in self._seen]
        if new:
            await self._store.notice_seen(new, user, server)
            self._seen.update((id_, user, server) for id_ in new)


def _is_for(to: NoticeAudience, user: str, server: str, groups: Collection[str]) -> bool:
    if to.kind == "everybody":
        return True
    if to.kind == "group":
        return to.name in groups
    return to.name == (user if to.kind == "user" else f"{user}/{server}")
