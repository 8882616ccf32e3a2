"""`POST watch`: who is told on whom something has changed, and what they ask for."""

from __future__ import annotations

import pytest

from hub_admin_lab.models.watching import MOST_PAGES, WatchedPage

PAGES = {"pages": [{"state": "active", "sort": "name"}]}


async def test_who_may_list_everybody_is_told(case):
    answer = await case.api("POST", "watch", "admin", PAGES)
    assert answer.status == 200
    (page,) = answer.json["pages"]
    assert list(page) == list(case.hub.users)
    assert answer.json["watchers"] == 1
    assert case.hub.pages == [WatchedPage(state="active", sort="name")]


@pytest.mark.parametrize("token", ["assistant", "watcher", "stopper", "alice", "nosy", "grader"])
async def test_who_may_not_is_refused_and_the_hub_not_asked(case, token):
    """An assistant is told nothing of others than the group; they watch by themselves."""
    answer = await case.api("POST", "watch", token, PAGES)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert case.hub.pages == []


async def test_nothing_but_marks_is_told(case):
    answer = await case.api("POST", "watch", "admin", PAGES)
    for mark in answer.json["pages"][0].values():
        assert len(mark) == 18
        assert int(mark, 16)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"pages": []},
        {"pages": [{}] * (MOST_PAGES + 1)},
        {"pages": [{"limit": 201}]},
        {"pages": [{"limit": 0}]},
        {"pages": [{"offset": -1}]},
        {"pages": [{"state": "ready"}]},
        {"pages": [{"sort": "password"}]},
        {"pages": [{"name_filter": "x" * 256}]},
    ],
)
async def test_what_is_not_understood(case, body):
    answer = await case.api("POST", "watch", "admin", body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert case.hub.pages == []


async def test_what_a_newer_server_says_besides_is_left_out(case):
    body = {"pages": [{"limit": 20, "colour": "red"}], "since": 3}
    assert (await case.api("POST", "watch", "admin", body)).status == 200
    assert case.hub.pages == [WatchedPage(limit=20)]


async def test_the_hub_is_away(case):
    case.hub.away = True
    answer = await case.api("POST", "watch", "admin", PAGES)
    assert (answer.status, answer.code) == (502, "hub_unreachable")
