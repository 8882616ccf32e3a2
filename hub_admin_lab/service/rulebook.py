"""The rules as they are set, in memory, and changed through the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from hub_admin_lab.errors import Forbidden, InvalidRequest
from hub_admin_lab.idle.rules import RuleBook, RuleKey, complete, problems
from hub_admin_lab.models.rules import Rule
from hub_admin_lab.service.resolving import Resolver
from hub_admin_lab.service.store import Store, StoredRule


class Rulebook:
    """All rules of the hub.

    Parameters
    ----------
    defaults
        What holds where no level sets a field, as far as the operator says it.

    Attributes
    ----------
    defaults
        All of it; only the bounds of owners may be open.
    """

    def __init__(self, store: Store, defaults: Rule) -> None:
        self._store = store
        self.defaults = complete(defaults)
        self._stored: dict[RuleKey, StoredRule] = {}
        self._resolver = Resolver({}, self.defaults)

    async def load(self) -> None:
        """Read them all, at the start and now and then: another process may have changed them.

        Raises
        ------
        StoreUnavailable
            What was read last goes on to hold.
        """
        before = self._stored
        found = await self._store.rules()
        if self._stored is before:  # else it was changed meanwhile, and this may be older
            stored: dict[RuleKey, StoredRule] = {(rule.level, rule.name): rule for rule in found}
            self._take(stored, frozenset(self._store.unreadable_rules))

    def book(self) -> RuleBook:
        """Return the rules alone."""
        return self._resolver.book

    def stored(self) -> Collection[StoredRule]:
        """Return the rules with who set them."""
        return self._stored.values()

    @property
    def resolver(self) -> Resolver:
        """What holds for servers by these rules."""
        return self._resolver

    def draft(self, drafts: Mapping[RuleKey, Rule | None]) -> Resolver:
        """Return what would hold for servers; a draft of None takes a rule away."""
        unreadable = self._resolver.unreadable - drafts.keys()
        return Resolver(self.with_drafts(drafts), self.defaults, unreadable)

    def check(
        self, key: RuleKey, rule: Rule, now: datetime, *, book: RuleBook | None = None, at: str
    ) -> None:
        """Refuse a rule that is nonsense, or more lenient than the hub's ceilings.

        Parameters
        ----------
        at
            Where the rule is in the request, for the names of the fields.

        Raises
        ------
        InvalidRequest
            ``detail`` names the fields.
        """
        found = problems(rule, key, self.book() if book is None else book, now, self.defaults)
        if found:
            fields = [
                {"field": f"{at}.{field}", "message": sentence} for field, sentence in found.items()
            ]
            raise InvalidRequest(fields[0]["message"], fields)

    def check_ceilings(self) -> None:
        """Refuse what the hub's ceilings bind while they cannot be read.

        Raises
        ------
        Forbidden
            They cannot.
        """
        if self._resolver.ceilings_unknown:
            raise Forbidden(
                "A newer version of Hub Admin Lab set the rules of this hub. Until this one is as"
                " new, only who may edit all rules can do this."
            )

    def with_drafts(self, drafts: Mapping[RuleKey, Rule | None]) -> RuleBook:
        """Return the rules as they would be; a draft of None takes a rule away."""
        book = {key: rule for key, rule in self.book().items() if key not in drafts}
        book.update({key: rule for key, rule in drafts.items() if rule is not None})
        return book

    async def put(self, key: RuleKey, rule: Rule, *, version: int | None, by: str) -> StoredRule:
        """Set a rule.

        Raises
        ------
        RuleChanged
            ``version`` is not the one that is set (any more).
        StoreUnavailable
            Nothing was changed.
        """
        stored = await self._store.put_rule(key, rule, version=version, by=by)
        self._take({**self._stored, key: stored}, self._resolver.unreadable - {key})
        return stored

    async def delete(self, key: RuleKey, *, version: int | None, by: str) -> None:
        """Take a rule away; as ``put``."""
        await self._store.delete_rule(key, version=version, by=by)
        others = {other: rule for other, rule in self._stored.items() if other != key}
        self._take(others, self._resolver.unreadable - {key})

    def _take(
        self, stored: dict[RuleKey, StoredRule], unreadable: frozenset[tuple[str, str]]
    ) -> None:
        self._stored = stored
        book = {key: each.rule for key, each in stored.items()}
        self._resolver = Resolver(book, self.defaults, unreadable)
