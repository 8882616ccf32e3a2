"""The part of the store that is the log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from hub_admin_lab.models.service import AuditEntry, AuditPage, AuditQuery, Outcome
from hub_admin_lab.models.told import ToldAction
from hub_admin_lab.service.store import audit
from hub_admin_lab.service.store.audit import Act, AuditVisible
from hub_admin_lab.service.store.database import Database, Transaction


class Logbook:
    """What was done, by whom and why; a method is one transaction, as in `Store`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self,
        *,
        actor: str,
        action: str,
        user: str,
        server: str | None,
        target: str,
        reason: str,
        rule: str = "",
    ) -> int:
        """Write down what is about to be done, and return the entry's id for `end`."""
        return await self.record(
            actor=actor,
            action=action,
            user=user,
            server=server,
            target=target,
            reason=reason,
            rule=rule,
            outcome="begun",
        )

    async def end(self, entry: int, outcome: Outcome, message: str = "") -> None:
        """Write down how it ended; an entry that has ended stays as it is."""
        await self._database.write(
            lambda tx: audit.end(tx, entry, outcome, message), repeatable=True
        )

    async def record(
        self,
        *,
        actor: str,
        action: str,
        user: str,
        server: str | None,
        target: str,
        reason: str,
        rule: str = "",
        outcome: Outcome,
        message: str = "",
    ) -> int:
        """Write down what was done, and return the entry's id.

        Parameters
        ----------
        user, server
            On whose server; both empty for what concerns no server.
        target
            On whom or what, as it is shown.
        rule
            By which rule, such as ``group class-a``.
        """
        return await self._database.write(
            lambda tx: audit.write(
                tx,
                actor=actor,
                action=action,
                user=user,
                server=server,
                target=target,
                reason=reason,
                rule=rule,
                outcome=outcome,
                message=message,
            )
        )

    async def record_all(self, acts: Sequence[Act]) -> None:
        """Write down what was done: all of it or, where that fails, nothing."""

        def work(tx: Transaction) -> None:
            for act in acts:
                audit.write(tx, **asdict(act))

        await self._database.write(work)

    async def tell(
        self,
        actor: str,
        actions: Sequence[ToldAction],
        *,
        users: Collection[str] | None = None,
    ) -> None:
        """Write down what somebody did in the panel, or how that went on.

        Told twice it is the same as told once, also at the same time.

        Parameters
        ----------
        users
            On whom they can have done it; what they tell of others these do not see. None: on
            everybody.
        """

        def work(tx: Transaction) -> None:
            audit.tell(tx, actor, actions, users)

        try:
            await self._database.write(work, repeatable=True)
        except IntegrityError:
            await self._database.write(work, repeatable=True)  # the other one is written by now

    async def end_told(self, before: datetime) -> None:
        """Give up what was told before that time, and never how it ended."""
        await self._database.write(lambda tx: audit.end_told(tx, before), repeatable=True)

    async def unfinished(self) -> list[AuditEntry]:
        """Return what the service itself began and has not ended, the oldest first."""
        return await self._database.read(audit.unfinished)

    async def audit(self, query: AuditQuery, *, visible: AuditVisible) -> AuditPage:
        """Return a page of the log, newest first."""
        return await self._database.read(lambda tx: audit.page(tx, query, visible))

    async def prune_audit(self, before: datetime) -> int:
        """Delete what ended before that time from the log; return how many entries it were."""
        return await self._database.write(lambda tx: audit.prune(tx, before), repeatable=True)
