"""What the service answers to a report, `hub_admin_lab.models.report.CheckInAnswer`, by hand.

What the agent acts on is checked here. What is only for people to see stays as it came, and is
checked where it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.here import HubRules
from hub_admin_lab.idle.settings import Bounds, Value

SOONEST, LATEST = 1.0, 3600.0
_MOST_ITEMS = 1000
_LONGEST_TOKEN = 4096

_SERVER_IDLE = "server.idle_timeout"
_DURATIONS = ("kernels.idle_timeout", "terminals.idle_timeout", _SERVER_IDLE)
_INTERVALS = ("kernels.interval", "terminals.interval")
_SWITCHES = ("kernels.cull_connected", "kernels.cull_busy")


class Nonsense(ValueError):
    """It is not such an answer. The message says what of it, and holds nothing of it."""


@dataclass(frozen=True)
class Asked:
    """Something that this server is asked to do."""

    id: str
    kind: str
    kernel_id: str
    by: str


@dataclass(frozen=True)
class Answer:
    """What was answered.

    Attributes
    ----------
    reason_code
        Why the server is kept or stopped.
    next_seconds
        Until the next report.
    token
        For the next reports; None: the one that was used.
    near
        Its owner is to be warned of the end of this server.
    news
        What of it would be new to a person; compared with the one before.
    shown
        The decision, the notices and the like, as they came.
    """

    reason_code: str
    next_seconds: float
    token: str | None
    rules: HubRules
    asked: tuple[Asked, ...]
    near: bool
    news: tuple[Any, ...]
    shown: dict[str, Any]


def read(body: Any) -> Answer:
    """Return an answer of the service.

    Raises
    ------
    Nonsense
        It is not one. Fields that are not known are left out: the service may be newer.
    """
    body = _object(body, "the answer")
    decision = _object(body.get("decision"), "decision")
    now = _moment(body.get("now"), "now")
    notices = _list(body.get("notices"), "notices")
    near = _near(decision, now)
    return Answer(
        reason_code=_text(decision.get("reason_code"), 50, "decision"),
        next_seconds=_seconds_until(body.get("next_checkin_seconds")),
        token=_token(body.get("token")),
        rules=_rules(_object(body.get("rules"), "rules"), decision, now),
        asked=tuple(_asked(request) for request in _list(body.get("requests"), "requests")),
        near=near,
        news=_news(decision, notices, near=near),
        shown={
            "now": body["now"],
            "decision": decision,
            "idle_timeout": _entry(_object(body.get("rules"), "rules"), _SERVER_IDLE)["value"],
            "keep_until_most": body.get("keep_until_most"),
            "notices": notices,
        },
    )


def _rules(rules: Mapping[str, Any], decision: Mapping[str, Any], now: datetime) -> HubRules:
    values: dict[str, Value] = {}
    for name in (*_DURATIONS, *_INTERVALS, *_SWITCHES):
        entry = _entry(rules, name)
        value = entry["value"]
        if name not in _SWITCHES:
            value = _duration(value, name)
        elif not isinstance(value, bool):
            raise Nonsense(name)
        if value is None and name in _INTERVALS:
            continue
        # What nobody set is the service's default, before which a server's own config goes.
        if _level(entry, name) != "default":
            values[name] = value
    return HubRules(
        values=values,
        bounds=_bounds(_object(rules.get("bounds"), "bounds")),
        exempt_for=_seconds_to(_exempt_until(rules.get("exempt")), now),
        kept_for=_seconds_to(_kept_until(decision), now),
    )


def _entry(rules: Mapping[str, Any], name: str) -> dict[str, Any]:
    part, _, field = name.partition(".")
    entry = _object(_object(rules.get(part), part).get(field), name)
    if "value" not in entry:
        raise Nonsense(name)
    return entry


def _level(entry: Mapping[str, Any], what: str) -> Any:
    return _object(entry.get("origin"), what).get("level")


def _bounds(bounds: Mapping[str, Any]) -> Bounds | None:
    ends = [_object(bounds.get(end), f"bounds.{end}") for end in ("min", "max")]
    levels = [_level(end, "bounds") for end in ends]
    lowest, highest = (_duration(end.get("value"), "bounds") for end in ends)
    if all(level == "default" for level in levels):
        return None
    if lowest is not None and highest is not None and lowest > highest:
        lowest = None
    return Bounds(lowest, highest)


def _exempt_until(exempt: Any) -> datetime | None:
    return None if exempt is None else _moment(_object(exempt, "exempt").get("until"), "exempt")


def _kept_until(decision: Mapping[str, Any]) -> datetime | None:
    for source in _list(decision.get("sources"), "sources"):
        if _object(source, "sources").get("kind") == "extension" and source.get("at") is not None:
            return _moment(source["at"], "sources")
    return None


def _seconds_to(until: datetime | None, now: datetime) -> float | None:
    """Return how far ahead a moment is: both are of the service's clock."""
    return None if until is None else (until - now).total_seconds()


def _asked(request: Any) -> Asked:
    request = _object(request, "requests")
    if not request.get("id"):
        raise Nonsense("requests")
    return Asked(
        id=_text(request.get("id"), 64, "requests"),
        kind=_text(request.get("kind"), 50, "requests"),
        kernel_id=_text(request.get("kernel_id", ""), 100, "requests"),
        by=_text(request.get("by", ""), 255, "requests"),
    )


def _near(decision: Mapping[str, Any], now: datetime) -> bool:
    warn_at = decision.get("warn_at")
    return warn_at is not None and now >= _moment(warn_at, "warn_at")


def _news(decision: Mapping[str, Any], notices: list[Any], *, near: bool) -> tuple[Any, ...]:
    return (
        decision.get("verdict"),
        decision.get("reason_code"),
        # Whoever works puts the end off with every key: no news until it is near.
        decision.get("deadline") if near else None,
        tuple(_text(_object(notice, "notices").get("id"), 64, "notices") for notice in notices),
    )


# --- what may be in it --------------------------------------------------------------------------


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Nonsense(what)
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST_ITEMS:
        raise Nonsense(what)
    return value


def _text(value: Any, most: int, what: str) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise Nonsense(what)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:  # half a character: it could not be sent back
        raise Nonsense(what) from None
    return value


def _duration(value: Any, what: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= FOREVER:
        raise Nonsense(what)
    return value


def _seconds_until(value: Any) -> float:
    if type(value) not in (int, float) or (isinstance(value, float) and math.isnan(value)):
        raise Nonsense("next_checkin_seconds")
    return float(min(max(value, SOONEST), LATEST))


def _token(value: Any) -> str | None:
    """Return a token; it goes into a header, where a line break would begin another one."""
    if value is None:
        return None
    token = _text(value, _LONGEST_TOKEN, "token")
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise Nonsense("token")
    return token


def _moment(value: Any, what: str) -> datetime:
    text = _text(value, 50, what)
    try:
        # Python 3.10 does not know the Z.
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        raise Nonsense(what) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
