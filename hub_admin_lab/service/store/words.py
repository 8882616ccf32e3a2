"""Changes in the words of the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub_admin_lab.idle.rules import RuleKey
from hub_admin_lab.idle.words import in_words
from hub_admin_lab.models.rules import Exemption, Rule
from hub_admin_lab.service.store.tables import in_utc

NOT_SET = "not set"


def rule_words(key: RuleKey) -> str:
    """Return whose rule it is: ``hub``, ``group class-a``, ``server alice/gpu``, ``server bob``."""
    level, name = key
    if level == "server":
        name = server_words(*server_of(name))
    return f"{level} {name}" if name else level


def server_of(name: str) -> tuple[str, str]:
    """Return user and server of the name of a rule at the level ``server``."""
    user, _, server = name.partition("/")
    return user, server


def server_words(user: str, server: str) -> str:
    """Return ``alice/gpu``; ``alice`` for her default server."""
    return f"{user}/{server}" if server else user


def time_words(moment: datetime) -> str:
    """Return a time to the second, in UTC."""
    return in_utc(moment).strftime("%Y-%m-%d %H:%M:%S UTC")


def change_words(before: Rule | None, after: Rule | None) -> str:
    """Return what differs between two rules: ``server.idle_timeout: 1 h -> not set; ...``."""
    old, new = _fields(before), _fields(after)
    changes = [
        f"{field}: {old.get(field, NOT_SET)} -> {new.get(field, NOT_SET)}"
        for field in dict.fromkeys([*old, *new])
        if old.get(field) != new.get(field)
    ]
    return "; ".join(changes) or "no field is set"


def _fields(rule: Rule | None) -> dict[str, str]:
    """Return the fields that are set, by their paths, as a person reads them."""
    if rule is None:
        return {}
    fields: dict[str, str] = {}

    def add(path: str, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if isinstance(value, dict):
                add(f"{path}{name}.", value)
            else:
                fields[path + name] = _value(value)

    add("", rule.model_dump(exclude_none=True, exclude={"exempt"}))
    if rule.exempt is not None:
        fields["exempt"] = _exemption(rule.exempt)
    return fields


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return in_words(value) if isinstance(value, int) else str(value)


def _exemption(exempt: Exemption) -> str:
    return f"until {time_words(exempt.until)} ({exempt.reason})"
