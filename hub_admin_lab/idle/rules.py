"""The idle rules, for whoever keeps or applies them: what holds, and what may be set."""

from hub_admin_lab.idle.levels import (
    DEFAULTS,
    HUB,
    RuleBook,
    RuleKey,
    complete,
    keys_for,
    most_lenient,
    resolve,
)
from hub_admin_lab.idle.problems import problems

__all__ = [
    "DEFAULTS",
    "HUB",
    "RuleBook",
    "RuleKey",
    "complete",
    "keys_for",
    "most_lenient",
    "problems",
    "resolve",
]
