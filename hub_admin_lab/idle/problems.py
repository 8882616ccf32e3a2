"""What is wrong with a rule that somebody is about to set: nonsense, and the hub's ceilings."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.leniency import FIELDS, NEVER, Value, leniency, value_in
from hub_admin_lab.idle.levels import DEFAULTS, HUB, RuleBook, RuleKey, most_lenient, resolve
from hub_admin_lab.idle.words import in_words
from hub_admin_lab.models.rules import Ceilings, EffectiveRules, Rule, SecondsValue


def problems(
    rule: Rule, key: RuleKey, book: RuleBook, now: datetime, defaults: Rule = DEFAULTS
) -> dict[str, str]:
    """Return the path of each wrong field of ``rule`` with a sentence for a person; empty: fine.

    Parameters
    ----------
    key
        Where the rule is to be set; what is wrong with its name is under ``name``.
    book
        The rules as they are, an earlier one at ``key`` included: an exemption that stays as it is
        is not judged again. It may have ended meanwhile, or the hub's ceiling been lowered.

    Notes
    -----
    Values are weighed against each other as they hold for ``key`` and the levels above it that
    are known: for a server those of its owner and of the hub, but of no group. Only what a level
    sets is weighed, by a level that sets one of the two: a limit of 5 min is no mistake because
    the default warning comes 10 min ahead (``decide`` warns later then).
    """
    found = _name(key)
    if found:
        return found
    if rule.ceilings not in (None, Ceilings()) and key != HUB:
        found["ceilings"] = "Ceilings are set for the whole hub only."
    found |= _exemption(rule, key, book, now)
    if key != HUB:
        found |= _ceilings(rule, book, defaults)
    return found | _contradictions(rule, _effective(rule, key, book, now, defaults), found)


def _name(key: RuleKey) -> dict[str, str]:
    level, name = key
    if level == "hub":
        return {"name": "The rule of the hub has no name."} if name else {}
    user, slash, _ = name.partition("/")
    if not name or (level == "server" and slash and not user):
        return {"name": f"Say which {level} this rule is for."}
    if level == "server" and not slash:
        return {"name": f'Write "{name}/" for the default server of {name}, or "{name}/server".'}
    return {}


def _exemption(rule: Rule, key: RuleKey, book: RuleBook, now: datetime) -> dict[str, str]:
    exempt = rule.exempt
    before = book.get(key)
    if exempt is None or (before is not None and before.exempt == exempt):
        return {}
    found = {}
    if not exempt.reason.strip():
        found["exempt.reason"] = "An exemption needs a reason."
    if exempt.until <= now:
        found["exempt.until"] = "An exemption has to end in the future."
        return found
    hub = book.get(HUB)
    ceiling = None if hub is None or key == HUB or hub.ceilings is None else hub.ceilings.exempt
    if ceiling is not None and ceiling != NEVER:
        if exempt.until > now + timedelta(seconds=ceiling):
            found["exempt.until"] = f"Your hub allows exemptions for at most {in_words(ceiling)}."
    elif exempt.until > now + timedelta(seconds=FOREVER):
        found["exempt.until"] = "An exemption has to end within ten years."
    return found


def _ceilings(rule: Rule, book: RuleBook, defaults: Rule) -> dict[str, str]:
    found = {}
    for field in FIELDS:
        value, most = value_in(rule, field), most_lenient(book, field, defaults)
        if (
            value is not None
            and most is not None
            and leniency(field, value) > leniency(field, most)
        ):
            found[field] = _beyond(most)
    return found


def _beyond(most: Value) -> str:
    if isinstance(most, bool):
        return "Your hub does not allow this to be switched off."
    if most == NEVER:  # of a warning only: for any other field nothing is beyond never
        return "Your hub allows no warning here."
    return f"Your hub allows at most {in_words(int(most))} here."


def _effective(
    rule: Rule, key: RuleKey, book: RuleBook, now: datetime, defaults: Rule
) -> EffectiveRules:
    """Return what would hold for ``key``: by the rule itself and the known levels above it."""
    level, name = key
    user, _, server = name.partition("/")
    above: list[RuleKey] = [HUB, ("user", user)] if level == "server" else [HUB]
    drafted = {above_key: book[above_key] for above_key in above if above_key in book}
    drafted[key] = rule
    return resolve(
        drafted,
        user=name if level == "user" else user,
        server=server,
        groups=[name] if level == "group" else [],
        now=now,
        defaults=defaults,
    )


def _contradictions(rule: Rule, holds: EffectiveRules, found: dict[str, str]) -> dict[str, str]:
    """Return the fields of ``rule`` that do not go together, but for those ``found`` wrong."""
    pairs = [
        (
            ("bounds.min", holds.bounds.min),
            ("bounds.max", holds.bounds.max),
            "Owners may set {0} at least and {1} at most: that leaves nothing.",
            False,
        ),
        (
            ("server.warn_before", holds.server.warn_before),
            ("server.idle_timeout", holds.server.idle_timeout),
            "A warning {0} ahead needs a limit that is longer than that; here it is {1}.",
            True,
        ),
        (
            ("kernels.interval", holds.kernels.interval),
            ("kernels.idle_timeout", holds.kernels.idle_timeout),
            "To check every {0} is too seldom for a limit of {1}.",
            False,
        ),
        (
            ("terminals.interval", holds.terminals.interval),
            ("terminals.idle_timeout", holds.terminals.idle_timeout),
            "To check every {0} is too seldom for a limit of {1}.",
            False,
        ),
    ]
    wrong = {}
    for (short, shorter), (long, longer), sentence, equal_is_wrong in pairs:
        field = next((name for name in (short, long) if value_in(rule, name) is not None), None)
        if field is None or field in found or not _set(shorter, longer):
            continue
        least, most = shorter.value or 0, longer.value or 0
        if least > most or (equal_is_wrong and least == most):
            wrong[field] = sentence.format(in_words(least), in_words(most))
    return wrong


def _set(*values: SecondsValue) -> bool:
    """Return whether some level sets each of them, to a number of seconds."""
    return all(v.value is not None and v.origin.level != "default" for v in values)
