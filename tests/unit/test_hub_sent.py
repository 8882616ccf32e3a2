"""What others put into the Hub: shown without secrets and without end, and no trap for readers."""

from __future__ import annotations

import json

import pytest

from hub_admin_lab.hub.sent import (
    MOST_CHARACTERS,
    MOST_LEVELS,
    MOST_VALUES,
    fit_to_show,
    options_to_show,
)


def test_what_the_hub_sent_is_shown_as_it_is_but_for_secrets():
    sent = {
        "name": "alice",
        "admin": False,
        "roles": ["user"],
        "created": "2026-11-23T09:12:00Z",
        "auth_state": {"access_token": "s3cret"},
        "servers": {
            "": {"name": "", "ready": True, "state": {"pid": 7}, "user_options": {"state": "x"}},
            "gpu": {"name": "gpu", "state": None},
        },
    }
    before = json.dumps(sent)
    assert fit_to_show(sent) == {
        "name": "alice",
        "admin": False,
        "roles": ["user"],
        "created": "2026-11-23T09:12:00Z",
        "servers": {
            "": {"name": "", "ready": True, "user_options": {"state": "x"}},
            "gpu": {"name": "gpu"},
        },
    }
    assert json.dumps(sent) == before


@pytest.mark.parametrize("servers", [None, [], ["x"], {"": None}, {"": "state"}])
def test_servers_of_another_form_are_no_trap(servers):
    assert fit_to_show({"servers": servers}) == {"servers": servers}


def test_what_has_no_end_is_cut_off():
    deep: dict = {}
    for _ in range(300):
        deep = {"x": deep}
    shown = fit_to_show(
        {"text": "x" * 100_000, "deep": deep, "x" * 100_000: 1, "many": list(range(100_000))}
    )
    assert shown["text"] == "x" * MOST_CHARACTERS + "…"
    assert max(map(len, shown)) == MOST_CHARACTERS + 1
    assert json.dumps(shown["deep"]).count("{") < MOST_LEVELS
    assert len(shown["many"]) <= MOST_VALUES
    assert shown["many"][-1] == "…"
    wide = fit_to_show({str(n): {"a": n} for n in range(100_000)})
    assert wide["…"] == "…"
    assert len(json.dumps(wide)) < MOST_VALUES * 20


def test_half_a_character_can_be_sent_on():
    shown = fit_to_show({"\ud800": "a\udfffb"})
    assert shown == {"?": "a?b"}
    json.dumps(shown, ensure_ascii=False).encode()


def test_options_are_shown_whole_or_not_at_all():
    options = {"profile": "gpu", "memory": ["4G", {"swap": None}], "hours": 1.5}
    assert options_to_show(options) == options
    assert options_to_show({}) == {}
    assert options_to_show({"profile": "gpu", "note": "x" * 10_000}) == {}
    assert options_to_show({"profile": "gpu", "many": list(range(1000))}) == {}
    assert options_to_show({"profile": {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}}) == {}
