"""`POST watch`: who is told on whom something has changed, and what they ask for."""

from __future__ import annotations

import asyncio

import pytest

from hub_admin_lab.models.watching import MOST_PAGES, WatchedPage

PAGES = {"pages": [{"state": "active", "sort": "name"}]}


async def watched(case, token="admin", body=PAGES):
    """Ask until the Hub was looked at."""
    for _ in range(100):
        answer = await case.api("POST", "watch", token, body)
        if answer.status != 200 or answer.json["pages"][0]:
            return answer
        await asyncio.sleep(0)
    raise AssertionError("never looked at")


async def test_who_may_list_everybody_is_told(case):
    first = await case.api("POST", "watch", "admin", PAGES)
    assert first.json == {"pages": [None], "watchers": 1}
    answer = await watched(case)
    (page,) = answer.json["pages"]
    assert list(page["marks"]) == list(case.hub.users)
    assert page["age"] == 0
    assert case.hub.pages == [WatchedPage(state="active", sort="name")]


@pytest.mark.parametrize("token", ["assistant", "watcher", "stopper", "alice", "nosy", "grader"])
async def test_who_may_not_is_refused_and_the_hub_not_asked(case, token):
    """An assistant is told nothing of others than the group; they watch by themselves."""
    answer = await case.api("POST", "watch", token, PAGES)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert case.hub.pages == []


async def test_nothing_but_marks_is_told(case):
    answer = await watched(case)
    for mark in answer.json["pages"][0]["marks"].values():
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
        {"pages": [{"name_filter": "x" * 1001}]},
    ],
)
async def test_what_is_not_understood(case, body):
    answer = await case.api("POST", "watch", "admin", body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert case.hub.pages == []


async def test_what_a_newer_server_says_besides_is_left_out(case):
    body = {"pages": [{"limit": 20, "colour": "red"}], "since": 3}
    assert (await watched(case, body=body)).status == 200
    assert case.hub.pages == [WatchedPage(limit=20)]


@pytest.mark.parametrize(
    "missing", ["list:users", "read:users:groups", "read:users:activity", "read:servers"]
)
async def test_who_may_not_see_all_that_a_mark_is_made_of_is_refused(case, missing):
    token = case.hub.tokens["admin"]
    scopes = [scope for scope in token["scopes"] if scope != missing]
    case.hub.tokens["less"] = {**token, "scopes": [*scopes, f"{missing}!group=class-a"]}
    assert (await case.api("POST", "watch", "less", PAGES)).status == 403
