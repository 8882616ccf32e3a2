"""What is wrong with a rule that somebody is about to set."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hub_admin_lab.idle.rules import problems
from hub_admin_lab.models.rules import Rule

from .idle_cases import DAY, HOUR, NOW, book, exemption, rule

HUB = ("hub", "")
GROUP = ("group", "a")
SERVER = ("server", "alice/")


def found(draft, key=GROUP, rules=None):
    return problems(draft, key, rules or {}, NOW)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        (("hub", ""), False),
        (("hub", "hub"), True),
        (("group", "a"), False),
        (("group", "/dept/physics"), False),
        (("group", ""), True),
        (("user", ""), True),
        (("server", ""), True),
        (("server", "alice"), True),
        (("server", "/gpu"), True),
        (("server", "alice/"), False),
        (("server", "alice/gpu"), False),
    ],
)
def test_names(key, wrong):
    assert list(found(rule(idle_timeout=60), key)) == (["name"] if wrong else [])


def test_a_rule_that_sets_nothing_or_everything_well_is_fine():
    assert found(rule()) == {}
    every = rule(
        idle_timeout=HOUR,
        max_age=DAY,
        warn_before=600,
        kernels={"idle_timeout": 600, "interval": 60, "cull_connected": False, "cull_busy": True},
        terminals={"idle_timeout": 600, "interval": 600},
        bounds={"min": 600, "max": 600},
        exempt=exemption(),
    )
    for key in (HUB, GROUP, ("user", "alice"), SERVER):
        assert found(every, key) == {}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"bounds": {"min": 2, "max": 1}}, "bounds.min"),
        ({"idle_timeout": 600, "warn_before": 600}, "server.warn_before"),
        ({"idle_timeout": 600, "warn_before": 900}, "server.warn_before"),
        ({"kernels": {"idle_timeout": 60, "interval": 61}}, "kernels.interval"),
        ({"terminals": {"idle_timeout": 60, "interval": 61}}, "terminals.interval"),
        ({"ceilings": {"exempt": 60}}, "ceilings"),
    ],
)
def test_nonsense(draft, field):
    wrong = found(rule(**draft))
    assert list(wrong) == [field]
    assert wrong[field].endswith(".")


@pytest.mark.parametrize(
    "draft",
    [
        {"idle_timeout": 600, "warn_before": 599},
        {"idle_timeout": 600, "warn_before": "never"},
        {"idle_timeout": "never", "warn_before": DAY},
        {"kernels": {"idle_timeout": "never", "interval": DAY}},
        {"bounds": {"min": DAY, "max": "never"}},
        {"ceilings": {}},
        # Only the defaults are in the way: what they are for is to give way.
        {"idle_timeout": 5},
        {"warn_before": 2 * HOUR},
        {"kernels": {"idle_timeout": 5}},
    ],
)
def test_no_nonsense(draft):
    assert found(rule(**draft)) == {}


def test_values_are_weighed_against_those_of_the_levels_above():
    above = book(hub=rule(idle_timeout=HOUR, warn_before=600, bounds={"max": HOUR}))
    assert list(found(rule(idle_timeout=300), rules=above)) == ["server.idle_timeout"]
    assert list(found(rule(warn_before=HOUR), rules=above)) == ["server.warn_before"]
    assert list(found(rule(bounds={"min": 2 * HOUR}), rules=above)) == ["bounds.min"]
    assert found(rule(idle_timeout=300, warn_before=60), rules=above) == {}
    # Its own user's before the hub's; other people's and other servers' never.
    above |= book(user_alice=rule(warn_before=60))
    assert found(rule(idle_timeout=300), SERVER, above) == {}
    assert found(rule(idle_timeout=300), ("server", "bob/"), above) != {}
    # Who sets neither is not to blame.
    above |= book(group_a=rule(idle_timeout=300))
    assert found(rule(max_age=DAY), rules=above) == {}


def test_the_rule_that_is_replaced_does_not_count():
    rules = book(group_a=rule(idle_timeout=60))
    assert found(rule(warn_before=120), rules=rules) == {}
    assert found(rule(warn_before=120), HUB, book(hub=rule(idle_timeout=60))) == {}


# --- ceilings -----------------------------------------------------------------------------

CAPPED = book(
    hub=rule(
        max_age=DAY,
        ceilings={
            "server": {"idle_timeout": 2 * HOUR, "warn_before": HOUR, "max_age": HOUR},
            "kernels": {"cull_connected": True},
            "bounds_max": 8 * HOUR,
            "exempt": 7 * DAY,
        },
    )
)


@pytest.mark.parametrize("key", [GROUP, ("user", "alice"), SERVER])
def test_a_value_more_lenient_than_the_ceiling(key):
    draft = rule(
        idle_timeout="never",
        warn_before=HOUR + 1,
        max_age=DAY + 1,  # as the hub itself has it, although its ceiling is lower
        kernels={"cull_connected": False},
        bounds={"max": "never"},
    )
    assert found(draft, key, CAPPED) == {
        "server.idle_timeout": "Your hub allows at most 2 h here.",
        "server.warn_before": "Your hub allows at most 1 h here.",
        "server.max_age": "Your hub allows at most 1 d here.",
        "kernels.cull_connected": "Your hub does not allow this to be switched off.",
        "bounds.max": "Your hub allows at most 8 h here.",
    }
    assert found(draft, HUB, CAPPED) == {}
    draft = rule(
        idle_timeout=2 * HOUR,
        warn_before=600,
        max_age=DAY,
        kernels={"cull_connected": True},
        bounds={"max": 8 * HOUR},
    )
    assert found(draft, key, CAPPED) == {}


def test_one_field_has_one_sentence():
    draft = rule(idle_timeout=600, warn_before=2 * HOUR)
    assert found(draft, GROUP, CAPPED) == {
        "server.warn_before": "Your hub allows at most 1 h here."
    }


# --- exemptions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "key", "wrong"),
    [
        (0, GROUP, True),
        (-1, HUB, True),
        (1, GROUP, False),
        (7 * DAY, GROUP, False),
        (7 * DAY + 1, GROUP, True),
        (7 * DAY + 1, HUB, False),
        (11 * 365 * DAY, HUB, True),
    ],
)
def test_the_end_of_an_exemption(seconds, key, wrong):
    draft = rule(exempt=exemption(seconds))
    assert list(found(draft, key, CAPPED)) == (["exempt.until"] if wrong else [])


def test_without_a_ceiling_an_exemption_may_be_long():
    for rules in ({}, book(hub=rule(ceilings={"exempt": "never"}))):
        assert found(rule(exempt=exemption(9 * 365 * DAY)), rules=rules) == {}


def test_an_exemption_needs_a_reason():
    assert list(found(rule(exempt=exemption(reason=" ")))) == ["exempt.reason"]


def test_an_exemption_that_stays_as_it_is_is_not_judged_again():
    for seconds in (-1, 30 * DAY):
        old = rule(exempt=exemption(seconds))
        draft = rule(exempt=exemption(seconds), idle_timeout=HOUR)
        assert found(draft, GROUP, CAPPED | book(group_a=old)) == {}
        assert found(draft, ("group", "b"), CAPPED | book(group_a=old)) != {}


@pytest.mark.parametrize(
    "until", ["2026-12-01T12:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"]
)
def test_an_end_without_a_zone_or_beyond_all_dates_is_refused(until):
    with pytest.raises(ValidationError):
        Rule.model_validate_json(f'{{"exempt": {{"reason": "x", "until": "{until}"}}}}')
