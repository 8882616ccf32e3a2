"""What the service keeps: rules, what is kept, reports, notices, and the log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from hub_admin_lab.idle.activity import Kept, Report
from hub_admin_lab.idle.rules import RuleKey
from hub_admin_lab.models.rules import Rule
from hub_admin_lab.models.service import NoticeAudience
from hub_admin_lab.service.store import kept, notices, reports, rules
from hub_admin_lab.service.store.database import PATIENCE, Database, Transaction
from hub_admin_lab.service.store.engines import engine_for
from hub_admin_lab.service.store.logbook import Logbook
from hub_admin_lab.service.store.notices import NoticeKind, StoredNotice
from hub_admin_lab.service.store.rules import StoredRule

ServerKey = tuple[str, str]
"""User and server; the default server's name is empty."""

PREFIX = "hub_admin_lab_"


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class Store(Logbook):
    """The service's database.

    Nothing is asked of it before `connect` has come to its end. Every method is one transaction,
    and raises StoreUnavailable where the database cannot be used: nothing of it is stored then. A
    call that is cancelled may still be carried out.

    Parameters
    ----------
    url
        As SQLAlchemy takes it. Nobody gets to see it: a password may be in it.
    connect_args
        What the driver is given besides.
    prefix
        Of the tables' names, so that the database may be the Hub's.
    now
        The clock.
    patience
        Seconds to wait for an answer of the database.

    Raises
    ------
    StoreUnusable
        There can be no such database, or its driver is missing.
    ValueError
        No table can have such a prefix.
    """

    def __init__(
        self,
        url: str,
        *,
        connect_args: Mapping[str, Any] | None = None,
        prefix: str = PREFIX,
        now: Callable[[], datetime] = _utcnow,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(Database(engine_for(url, connect_args), prefix, now, patience))
        self.unreadable_rules: frozenset[tuple[str, str]] = frozenset()
        """Set, but by a newer version of this package: `rules` left them out, and what they say is
        not known. Their levels may not be known either."""

        self.unreadable_reports: frozenset[ServerKey] = frozenset()
        """Of servers that have reported, in a form that `reports` could not read."""

    async def connect(self) -> None:
        """Connect, bring the tables to the newest form, and forget what has ended.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached; this may be tried again.
        StoreUnusable
            A newer version of this package made it.
        """
        await self._database.prepare()
        await self.tidy()

    async def close(self) -> None:
        """End all connections, when what has begun is done."""
        await self._database.close()

    async def ping(self) -> None:
        """Return if the database answers."""
        await self._database.read(lambda tx: tx.connection.execute(text("SELECT 1")).one())

    async def tidy(self) -> None:
        """Forget notices that have ended, and what was kept long ago."""

        def work(tx: Transaction) -> None:
            notices.tidy(tx)
            kept.tidy(tx)

        await self._database.write(work, repeatable=True)

    # --- rules ----------------------------------------------------------------------------

    async def rules(self) -> list[StoredRule]:
        """Return all rules, the hub's first."""
        found, unreadable = await self._database.read(rules.every)
        self.unreadable_rules = frozenset(unreadable)
        return found

    async def put_rule(
        self, key: RuleKey, rule: Rule, *, version: int | None, by: str
    ) -> StoredRule:
        """Set a rule, and write that down.

        Parameters
        ----------
        version
            Of the rule that is changed, 0 if there is none; None: whatever is there.
        by
            Who sets it.

        Raises
        ------
        RuleChanged
            It is of another version. ``detail`` says which, by whom and since when.
        InvalidRequest
            No rule can have such a name.
        """

        def work(tx: Transaction) -> StoredRule:
            return rules.put(tx, key, rule, version=version, by=by)

        try:
            return await self._database.write(work)
        except IntegrityError:
            # Somebody else set the first rule of that key at the same time; now it is there.
            return await self._database.write(work)

    async def delete_rule(self, key: RuleKey, *, version: int | None, by: str) -> None:
        """Take a rule away, and write that down; nothing happens if there is none.

        Raises
        ------
        RuleChanged
            As for `put_rule`.
        """
        await self._database.write(lambda tx: rules.remove(tx, key, version=version, by=by))

    # --- kept servers and reports ---------------------------------------------------------

    async def kept(self) -> dict[ServerKey, Kept]:
        """Return what was granted to servers; some of it may have ended."""
        return await self._database.read(kept.every)

    async def keep(
        self, user: str, server: str, until: datetime, *, by: str, reason: str = ""
    ) -> None:
        """Keep a server until then, and write that down.

        Raises
        ------
        InvalidRequest
            No server can have such a name.
        """
        await self._database.write(
            lambda tx: kept.keep(tx, user, server, until, by=by, reason=reason)
        )

    async def end_keep(self, user: str, server: str, *, by: str) -> None:
        """Keep a server no longer, and write that down; nothing happens if nobody does."""
        await self._database.write(lambda tx: kept.end(tx, user, server, by=by))

    async def reports(self) -> dict[ServerKey, Report]:
        """Return the last report of each server."""
        found, unreadable = await self._database.read(reports.every)
        self.unreadable_reports = frozenset(unreadable)
        return found

    async def save_reports(self, batch: Mapping[ServerKey, Report]) -> None:
        """Store the last reports of some servers.

        One that the database does not take is left out and told of in the log: it costs no other
        one its place.
        """
        batch = dict(batch)
        try:
            await self._database.write(lambda tx: reports.save(tx, batch), repeatable=True)
        except (IntegrityError, DataError) as error:
            if len(batch) == 1:
                reports.refused(next(iter(batch)), error)
                return
            keys = sorted(batch)
            half = len(keys) // 2
            for some in (keys[:half], keys[half:]):
                await self.save_reports({key: batch[key] for key in some})

    async def forget_reports(self, keys: Collection[ServerKey]) -> None:
        """Delete the reports of some servers."""
        keys = set(keys)
        await self._database.write(lambda tx: reports.forget(tx, keys), repeatable=True)

    # --- notices --------------------------------------------------------------------------

    async def add_notice(
        self,
        to: NoticeAudience,
        text: str,
        *,
        kind: NoticeKind,
        by: str,
        until: datetime | None,
    ) -> str:
        """Store a message and return its id; with an ``until`` of None it never ends."""
        return await self._database.write(
            lambda tx: notices.add(tx, to, text, kind=kind, by=by, until=until)
        )

    async def notices(self, since: datetime | None = None) -> list[StoredNotice]:
        """Return the messages that have not ended, the oldest first; or those sent since then."""
        return await self._database.read(lambda tx: notices.every(tx, since))

    async def notice_seen(self, ids: Collection[str], user: str, server: str) -> None:
        """Note that a server has shown these messages; ids of none are passed over.

        That it was stopped is deleted then.
        """
        ids = tuple(ids)
        await self._database.write(
            lambda tx: notices.mark_seen(tx, ids, user, server), repeatable=True
        )
