"""What holds for each of many servers, by the same few rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hub_admin_lab.idle.rules import RuleBook, RuleKey, keys_for, resolve
from hub_admin_lab.models.rules import EffectiveRules, Rule, RuleOrigin

_BELOW_HUB = ("group", "user", "server")


class Resolver:
    """Resolves a book of rules, and remembers it: a class of students has the same rules.

    Parameters
    ----------
    book
        It does not change any more.
    defaults
        What holds where no level sets a field.
    unreadable
        The keys of the rules that are set, but cannot be read, and so are not in the book; also
        of levels that are not known here.
    """

    def __init__(
        self,
        book: RuleBook,
        defaults: Rule,
        unreadable: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.book = book
        self.unreadable = unreadable
        self._defaults = defaults
        self._known: dict[tuple[RuleKey, ...], tuple[EffectiveRules, datetime | None]] = {}

    def resolve(
        self, *, user: str, server: str, groups: Collection[str], now: datetime
    ) -> EffectiveRules:
        """Return what holds for one server."""
        keys = keys_for(self.book, user=user, server=server, groups=groups)
        known = self._known.get(keys)
        if known is not None and (known[1] is None or now < known[1]):
            return known[0]
        resolved = resolve(
            self.book,
            user=user,
            server=server,
            groups=groups,
            now=now,
            defaults=self._defaults,
        )
        self._known[keys] = (resolved, self._next_end(keys, now))
        return resolved

    def unreadable_for(
        self, *, user: str, server: str, groups: Collection[str]
    ) -> RuleOrigin | None:
        """Return a rule that concerns a server and cannot be read; None: all can."""
        if not self.unreadable:
            return None
        if self.ceilings_unknown:
            return RuleOrigin(level="hub", name="")
        keys: list[RuleKey] = [("server", f"{user}/{server}"), ("user", user)]
        keys += [("group", group) for group in sorted(groups)]
        found = next((key for key in keys if key in self.unreadable), None)
        return None if found is None else RuleOrigin(level=found[0], name=found[1])

    @property
    def ceilings_unknown(self) -> bool:
        """Whether the hub's own rule cannot be read, or one of a level that is not known here.

        Whatever that one says, it may concern everybody.
        """
        return any(level not in _BELOW_HUB for level, _ in self.unreadable)

    def _next_end(self, keys: tuple[RuleKey, ...], now: datetime) -> datetime | None:
        """Return when the next exemption among these rules ends."""
        exemptions = [self.book[key].exempt for key in keys]
        return min((e.until for e in exemptions if e is not None and e.until > now), default=None)
