"""Which rules hold for a server: section 4 of the design.

- The most specific level that sets a field wins: server, user, group, hub, then the defaults.
- Between two groups of one user the more lenient value wins, field by field; between equal ones
  the group that comes first by name is shown.
- The hub's ceilings cap whatever a lower level sets, whoever set it there and before which ceiling
  ever. They do not limit the hub's own value or the defaults, nor a lower level that is as lenient
  as those.
- An exemption holds at any level, also where a more specific level sets other fields; of several
  the one that ends last. The ceiling on exemptions is checked when one is set (``problems``), not
  here: a valid exemption beats every other rule, a ceiling that was lowered later included.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.idle.leniency import NEVER, Value, ceiling_in, leniency, value_in
from hub_admin_lab.models.rules import (
    BoundsValues,
    EffectiveRules,
    ExemptionValue,
    KernelRule,
    KernelRuleValues,
    Level,
    OwnerBounds,
    Rule,
    RuleOrigin,
    SecondsValue,
    ServerRule,
    ServerRuleValues,
    SwitchValue,
    TerminalRule,
    TerminalRuleValues,
)

RuleKey = tuple[Level, str]
"""``("hub", "")``, ``("group", "class-a")``, ``("user", "alice")``, ``("server", "alice/gpu")``;
the default server of alice is ``("server", "alice/")``."""

RuleBook = Mapping[RuleKey, Rule]
"""All rules that are set."""

HUB: RuleKey = ("hub", "")

DEFAULTS = Rule(
    server=ServerRule(idle_timeout=3600, max_age=NEVER, warn_before=600),
    kernels=KernelRule(idle_timeout=3600, interval=300, cull_connected=True, cull_busy=False),
    terminals=TerminalRule(idle_timeout=NEVER, interval=300),
    bounds=OwnerBounds(),
)
"""What holds where no level sets a field. Owners are given no bounds here: see
``decide.keep_until_most`` for what they may do then."""


def complete(defaults: Rule) -> Rule:
    """Return defaults of which some fields are open with what holds for those."""
    parts = {
        part: getattr(DEFAULTS, part).model_copy(
            update=getattr(defaults, part).model_dump(exclude_none=True)
        )
        for part in ("server", "kernels", "terminals", "bounds")
    }
    return defaults.model_copy(update=parts)


def keys_for(
    book: RuleBook, *, user: str, server: str, groups: Collection[str]
) -> tuple[RuleKey, ...]:
    """Return the keys of the rules that concern a server, the most specific first.

    Equal keys of an equal book resolve to equal rules: this is what to remember them by.
    """
    keys: list[RuleKey] = [("server", f"{user}/{server}"), ("user", user)]
    keys += [("group", group) for group in sorted(set(groups))]
    return tuple(key for key in (*keys, HUB) if key in book)


def resolve(
    book: RuleBook,
    *,
    user: str,
    server: str,
    groups: Collection[str],
    now: datetime,
    defaults: Rule = DEFAULTS,
) -> EffectiveRules:
    """Return what holds for a server at ``now``, each value with the level that it comes from.

    Parameters
    ----------
    server
        Its name; empty for the default server.
    defaults
        What holds where no level sets a field; what it leaves open is as in ``DEFAULTS``.
    """
    keys = keys_for(book, user=user, server=server, groups=groups)
    levels = _Levels(book, keys, defaults)
    return EffectiveRules(
        server=ServerRuleValues(
            idle_timeout=levels.seconds("server.idle_timeout"),
            max_age=levels.seconds("server.max_age"),
            warn_before=levels.seconds("server.warn_before"),
        ),
        kernels=KernelRuleValues(
            idle_timeout=levels.seconds("kernels.idle_timeout"),
            interval=levels.seconds("kernels.interval"),
            cull_connected=levels.switch("kernels.cull_connected"),
            cull_busy=levels.switch("kernels.cull_busy"),
        ),
        terminals=TerminalRuleValues(
            idle_timeout=levels.seconds("terminals.idle_timeout"),
            interval=levels.seconds("terminals.interval"),
        ),
        bounds=BoundsValues(
            min=levels.seconds("bounds.min"),
            max=levels.seconds("bounds.max"),
        ),
        exempt=levels.exemption(now),
    )


def most_lenient(book: RuleBook, field: str, defaults: Rule = DEFAULTS) -> Value | None:
    """Return the most lenient value that any level may have for ``field``.

    None: any. It is the hub's ceiling, or what holds for the hub itself where that is more lenient.
    """
    hub = book.get(HUB)
    ceiling = None if hub is None else ceiling_in(hub.ceilings, field)
    if hub is None or ceiling is None:
        return None
    own = value_in(hub, field)
    if own is None:
        own = _default(field, defaults)
    if own is None or leniency(field, ceiling) >= leniency(field, own):
        return ceiling
    return own


def _default(field: str, defaults: Rule) -> Value | None:
    value = value_in(defaults, field)
    return value_in(DEFAULTS, field) if value is None else value


@dataclass(frozen=True)
class _Levels:
    """The rules that concern one server."""

    book: RuleBook
    keys: tuple[RuleKey, ...]
    defaults: Rule

    def seconds(self, field: str) -> SecondsValue:
        value, origin = self._holding(field)
        never = value is None or value == NEVER
        return SecondsValue(value=None if never else int(value or 0), origin=origin)

    def switch(self, field: str) -> SwitchValue:
        value, origin = self._holding(field)
        return SwitchValue(value=bool(value), origin=origin)

    def exemption(self, now: datetime) -> ExemptionValue | None:
        valid = [
            (rule.exempt, key)
            for key in self.keys
            if (rule := self.book[key]).exempt is not None and rule.exempt.until > now
        ]
        if not valid:
            return None
        # Of those that end together the first, which is the most specific.
        exempt, (level, name) = max(valid, key=lambda found: found[0].until)
        return ExemptionValue(
            reason=exempt.reason,
            until=exempt.until,
            origin=RuleOrigin(level=level, name=name),
        )

    def _holding(self, field: str) -> tuple[Value | None, RuleOrigin]:
        found = self._set_at(field)
        if found is None:
            return _default(field, self.defaults), RuleOrigin(level="default", name="")
        (level, name), value = found
        most = most_lenient(self.book, field, self.defaults)
        if most is None or leniency(field, value) <= leniency(field, most):
            return value, RuleOrigin(level=level, name=name)
        return most, RuleOrigin(level=level, name=name, capped=True)

    def _set_at(self, field: str) -> tuple[RuleKey, Value] | None:
        """Return the key whose value wins, and that value."""
        best: tuple[RuleKey, Value] | None = None
        for key in self.keys:
            value = value_in(self.book[key], field)
            if value is None:
                continue
            if best is None:
                best = (key, value)
            elif key[0] != best[0][0]:
                break  # a less specific level
            elif leniency(field, value) > leniency(field, best[1]):
                best = (key, value)
        return best
