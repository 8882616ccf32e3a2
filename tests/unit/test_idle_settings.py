"""Which settings hold: configured, saved, bounded; and durations in words."""

from __future__ import annotations

import pytest

from hub_admin_lab.idle.settings import (
    FIELDS,
    Bounds,
    Saved,
    Setting,
    described,
    effective,
    refused,
    sent,
)
from hub_admin_lab.idle.words import about, in_words
from hub_admin_lab.models import IdleSettingsUpdate, WouldCull
from hub_admin_lab.server.views import settings_view

CONFIGURED = {
    "kernels.idle_timeout": 3600,
    "kernels.interval": 300,
    "kernels.cull_connected": True,
    "kernels.cull_busy": False,
    "terminals.idle_timeout": None,
    "terminals.interval": 300,
    "server.idle_timeout": None,
    "protect_running_work": True,
}
BOUNDS = {"kernels.idle_timeout": Bounds(900, 28800)}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (60, "1 min"),
        (90, "90 s"),
        (120, "2 min"),
        (900, "15 min"),
        (5400, "1 h 30 min"),
        (28800, "8 h"),
        (86400, "1 d"),
        (90061, "1 d 1 h 1 min 1 s"),
    ],
)
def test_durations_are_written_as_a_person_does(seconds, words):
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(95, "95 s"), (125, "2 min"), (3725, "1 h 2 min"), (90061, "1 d 1 h")]
)
def test_an_idle_time_is_rough(seconds, words):
    assert about(seconds) == words


def test_only_what_was_sent_is_a_change_and_null_is_sent():
    update = IdleSettingsUpdate.model_validate(
        {"kernels": {"idle_timeout": None, "cull_busy": True}, "protect_running_work": False}
    )
    assert sent(update) == {
        "kernels.idle_timeout": None,
        "kernels.cull_busy": True,
        "protect_running_work": False,
    }
    assert sent(IdleSettingsUpdate()) == {}


def test_saved_goes_before_configured_and_says_so():
    settings = effective(CONFIGURED, {"kernels.idle_timeout": Saved(None, "admin")}, {})
    assert settings["kernels.idle_timeout"] == Setting(None, "saved")
    assert settings["kernels.interval"] == Setting(300, "config")
    assert set(settings) == set(FIELDS)


@pytest.mark.parametrize(
    ("value", "by", "holds"),
    [
        (60, "owner", 900),
        (90000, "owner", 28800),
        (None, "owner", 28800),
        (1800, "owner", 1800),
        (60, "admin", 60),
        (None, "admin", None),
    ],
)
def test_what_the_owner_saved_is_held_within_bounds_that_came_later(value, by, holds):
    saved = {"kernels.idle_timeout": Saved(value, by)}
    assert effective(CONFIGURED, saved, BOUNDS)["kernels.idle_timeout"].value == holds


def test_the_configured_value_is_the_operators_own_business():
    settings = effective(CONFIGURED | {"kernels.idle_timeout": None}, {}, BOUNDS)
    assert settings["kernels.idle_timeout"].value is None


@pytest.mark.parametrize(
    ("bounds", "value", "sentence"),
    [
        (Bounds(900, 28800), 60, "Your hub allows 15 min to 8 h for idle kernels."),
        (Bounds(900, 28800), None, "Your hub allows 15 min to 8 h for idle kernels."),
        (Bounds(900, None), 60, "Your hub allows 15 min or longer for idle kernels."),
        (Bounds(None, 7200), 7201, "Your hub allows up to 2 h for idle kernels, and not off."),
        (Bounds(None, 7200), None, "Your hub allows up to 2 h for idle kernels, and not off."),
        (Bounds(900, None), None, None),
        (Bounds(900, 28800), 900, None),
        (Bounds(900, 28800), 28800, None),
        (Bounds(), None, None),
    ],
)
def test_out_of_bounds_is_a_sentence(bounds, value, sentence):
    name = "kernels.idle_timeout"
    expected = {} if sentence is None else {name: sentence}
    assert refused({name: value, "kernels.cull_busy": True}, {name: bounds}) == expected


def test_the_view_has_every_field_with_its_source_default_and_bounds():
    settings = effective(CONFIGURED, {"kernels.idle_timeout": Saved(1800, "owner")}, BOUNDS)
    would_cull = WouldCull(kernels=["a"], terminals=["1"])
    answer = settings_view(
        settings,
        CONFIGURED,
        BOUNDS,
        not_adjustable={"terminals": "None here."},
        would_cull=would_cull,
    )
    assert answer.kernels.idle_timeout.model_dump() == {
        "value": 1800,
        "source": "saved",
        "default": 3600,
        "min": 900,
        "max": 28800,
    }
    assert answer.protect_running_work.model_dump() == {
        "value": True,
        "source": "config",
        "default": True,
    }
    assert answer.server.idle_timeout.value is None
    assert answer.not_adjustable == {"terminals": "None here."}
    assert answer.would_cull == would_cull


def test_changes_are_recorded_in_one_line():
    changes = {"kernels.idle_timeout": None, "kernels.interval": 60, "protect_running_work": True}
    assert described(changes) == (
        "kernels.idle_timeout=off, kernels.interval=60 s, protect_running_work=on"
    )
