"""What is taken from an answer of the service, and what is taken for nonsense."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime, timedelta, timezone

import pytest

from hub_admin_lab.agent.answer import Nonsense, read
from hub_admin_lab.idle.here import HubRules
from hub_admin_lab.idle.settings import Bounds
from hub_admin_lab.idle.unreadable import nothing_stops
from hub_admin_lab.models.report import CheckInAnswer
from hub_admin_lab.models.rules import RuleOrigin

from .agent_cases import answer
from .virtual_clock import BEGIN

SET = {
    "kernels": {"idle_timeout": 1800, "interval": 60, "cull_connected": False, "cull_busy": True},
    "terminals": {"idle_timeout": "never", "interval": 90},
    "server": {"idle_timeout": 7200},
}


def test_everything_that_is_set():
    rules = read(answer(SET)).rules
    assert rules.values == {
        "kernels.idle_timeout": 1800,
        "kernels.interval": 60,
        "kernels.cull_connected": False,
        "kernels.cull_busy": True,
        "terminals.idle_timeout": None,
        "terminals.interval": 90,
        "server.idle_timeout": 7200,
    }
    assert (rules.bounds, rules.exempt_for, rules.kept_for) == (None, None, None)


def test_the_defaults_of_the_service_are_no_rules():
    assert read(answer()).rules.values == {}
    rule = {"kernels": {"interval": 60}, "terminals": {"idle_timeout": "never"}}
    assert read(answer(rule)).rules.values == {
        "kernels.interval": 60,
        "terminals.idle_timeout": None,
    }


@pytest.mark.parametrize("level", ["hub", "group"])
def test_a_rule_that_the_service_cannot_read_stops_nothing(level):
    body = answer(SET | {"bounds": {"max": 600}})
    known = CheckInAnswer.model_validate_json(json.dumps(body)).rules
    body["rules"] = nothing_stops(known, RuleOrigin(level=level, name="")).model_dump(mode="json")
    rules = read(body).rules
    for name in ("kernels.idle_timeout", "terminals.idle_timeout", "server.idle_timeout"):
        assert rules.values[name] is None
    assert (rules.values["kernels.cull_busy"], rules.values["kernels.cull_connected"]) == (
        False,
        False,
    )
    # No bounds either: what the owner saved is not shortened.
    assert rules.bounds == Bounds(None, None)


@pytest.mark.parametrize(
    ("bounds", "read_as"),
    [
        ({"min": 600, "max": 7200}, Bounds(600, 7200)),
        ({"min": 600}, Bounds(600, None)),
        ({"max": "never"}, Bounds(None, None)),
    ],
)
def test_bounds_that_a_rule_sets(bounds, read_as):
    assert read(answer({"bounds": bounds})).rules.bounds == read_as


def test_bounds_that_exclude_everything_let_the_longest_be():
    body = answer({"bounds": {"min": 600, "max": 7200}})
    body["rules"]["bounds"]["min"]["value"] = 9999
    assert read(body).rules.bounds == Bounds(None, 7200)


def test_never_is_never():
    rule = {"kernels": {"idle_timeout": "never"}, "server": {"idle_timeout": "never"}}
    values = read(answer(rule)).rules.values
    assert values["kernels.idle_timeout"] is None
    assert values["server.idle_timeout"] is None


def test_an_exemption_holds_until_it_ends_by_the_clock_of_the_service():
    # Which may be another one than that of this server: only what is left of it counts.
    now = datetime(2031, 1, 1, tzinfo=timezone.utc)
    until = (now + timedelta(hours=2)).isoformat()
    rule = SET | {"exempt": {"reason": "Exam.", "until": until}}
    rules = read(answer(rule, now=now)).rules
    assert rules.exempt_for == 7200
    before, after = rules.values_after(7199), rules.values_after(7200)
    for name in ("kernels.idle_timeout", "terminals.idle_timeout", "server.idle_timeout"):
        assert before[name] is None
    assert after == rules.values
    assert (rules.keep_server(7199), rules.keep_server(7200)) == (True, False)


def test_somebody_keeps_the_server():
    body = answer()
    at = (BEGIN + timedelta(hours=1)).isoformat()
    source = {"kind": "extension", "name": "alice", "at": at, "counts": True}
    body["decision"]["sources"].append(source)
    rules = read(body).rules
    assert rules.kept_for == 3600
    assert (rules.keep_server(3599), rules.keep_server(3600)) == (True, False)


def test_a_newer_service_may_say_more():
    body = answer(next_checkin_seconds=7)
    body["weather"] = {"kernels": []}
    body["rules"]["kernels"]["colour"] = {"value": "red"}
    assert read(body).next_seconds == 7


def parts(value, path=()):
    """Yield the path of every part of an answer."""
    yield path
    if isinstance(value, dict):
        for name, part in value.items():
            yield from parts(part, (*path, name))
    elif isinstance(value, list):
        for name, part in enumerate(value):
            yield from parts(part, (*path, name))


FULL = answer(
    SET | {"exempt": {"reason": "Exam.", "until": "2026-11-24T09:00:00Z"}, "bounds": {"max": 7200}},
    requests=[{"id": "r", "kind": "shutdown_kernel", "kernel_id": "k", "by": "a"}],
    notices=[{"id": "n", "kind": "message", "text": "t", "by": "a", "at": BEGIN, "until": None}],
    token="given",
)
NONSENSE = [
    *(0, -1, 3.5, 10**12, 10**400, float("nan"), float("inf")),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *("", "x" * 10**5, "a\r\nb: c", "\ud800"),
    *(True, None, [], {}, [None], {"value": None}, {"at": 5}),
]


def everything():
    for path in parts(FULL):
        for nonsense in NONSENSE:
            if path:
                body = deepcopy(FULL)
                part = body
                for name in path[:-1]:
                    part = part[name]
                part[path[-1]] = nonsense
            else:
                body = nonsense
            yield body


def test_whatever_is_wrong_it_is_nonsense_or_rules_that_can_hold():
    understood = 0
    for body in everything():
        try:
            told = read(body)
        except Nonsense:
            continue
        understood += 1
        assert 1 <= told.next_seconds <= 3600
        assert told.token is None or told.token.isprintable()
        assert all(asked.id and len(asked.id) <= 64 for asked in told.asked)
        json.dumps([asked.id for asked in told.asked], ensure_ascii=False).encode()
        _can_hold(told.rules)
    assert understood > 100


def _can_hold(rules: HubRules):
    for name, value in rules.values.items():
        if name.endswith(("idle_timeout", "interval")):
            assert value is None or (type(value) is int and 0 < value <= 10 * 365 * 86400)
            assert value is not None or name.endswith("idle_timeout")
        else:
            assert type(value) is bool
    rules.values_after(5.0)
    rules.keep_server(5.0)


@pytest.mark.parametrize("path", [("rules",), ("decision",), ("requests",), ("now",), ("notices",)])
def test_what_is_missing(path):
    body = answer()
    del body[path[0]]
    with pytest.raises(Nonsense):
        read(body)
