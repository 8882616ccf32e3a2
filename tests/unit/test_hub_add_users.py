"""Many new users at once: what becomes of each name."""

from __future__ import annotations

import httpx
import pytest

from hub_admin_lab import errors
from hub_admin_lab.models import AddUsers

from .managed_hub import ADMIN, ASSISTANT, Case, refusal


@pytest.fixture
def case():
    return Case()


def asked(case):
    return [body["usernames"] for _, _, body in case.hub.asked]


async def test_each_name_has_its_outcome(case):
    names = [" carol ", "", "alice", "a/b", "carol", "  ", "Dave"]
    added = await case.adder.add(ADMIN, AddUsers(usernames=names))
    assert [user.name for user in added.created] == ["carol", "dave"]
    assert added.existing == ["alice"]
    assert [(each.name, each.message) for each in added.refused] == [
        ("a/b", "Invalid username: a/b")
    ]
    assert asked(case) == [["carol"], ["alice"], ["a/b"], ["Dave"]]
    assert case.recorded == [
        ("add-users", "carol", "done", ""),
        ("add-users", "alice", "failed", "All 1 users already exist"),
        ("add-users", "a/b", "failed", "Invalid username: a/b"),
        ("add-users", "Dave", "done", ""),
    ]
    assert case.told == [("seen", "carol"), ("seen", "dave")]


async def test_a_new_user_has_a_default_server_that_can_be_started(case):
    (carol,) = (await case.adder.add(ADMIN, AddUsers(usernames=["carol"]))).created
    assert [(each.name, each.can.start) for each in carol.servers] == [("", True)]
    assert carol.admin is False


async def test_as_admins(case):
    (carol,) = (await case.adder.add(ADMIN, AddUsers(usernames=["carol"], admin=True))).created
    assert carol.admin is True
    assert case.hub.asked[0][2]["admin"] is True
    assert case.recorded == [("add-users", "carol", "done", "As an admin")]


async def test_two_ways_to_write_one_name_are_one_user(case):
    added = await case.adder.add(ADMIN, AddUsers(usernames=["Carol", "carol"]))
    assert [user.name for user in added.created] == ["carol"]
    assert added.existing == ["carol"]


@pytest.mark.parametrize(
    ("names", "status", "message"),
    [
        (["alice"], 409, "This user exists already."),
        (["alice", "bob"], 409, "All of these users exist already."),
        (["a/b"], 400, "Invalid username: a/b"),
        (["alice", "a/b"], 400, "Nobody was added. Invalid username: a/b"),
    ],
)
async def test_nobody_is_an_error_with_the_outcomes(case, names, status, message):
    with pytest.raises(errors.HubRefused) as caught:
        await case.adder.add(ADMIN, AddUsers(usernames=names))
    assert (caught.value.status, caught.value.message) == (status, message)
    assert caught.value.detail == {
        "created": [],
        "existing": [name for name in names if name != "a/b"],
        "refused": [
            {"name": name, "message": "Invalid username: a/b"} for name in names if name == "a/b"
        ],
    }


async def test_no_name_at_all(case):
    with pytest.raises(errors.InvalidRequest):
        await case.adder.add(ADMIN, AddUsers(usernames=["", " \t"]))
    assert case.hub.asked == []


async def test_a_name_that_no_address_could_hold_is_not_asked_for(case):
    added = await case.adder.add(ADMIN, AddUsers(usernames=["x" * 256, "carol"]))
    assert "255" in added.refused[0].message
    assert asked(case) == [["carol"]]


async def test_a_name_on_which_the_hub_fails_does_not_stop_the_others(case):
    case.hub.answers["POST", "/users"] = [refusal(500, "Internal Server Error")]
    added = await case.adder.add(ADMIN, AddUsers(usernames=["carol", "dave"]))
    assert [each.name for each in added.refused] == ["carol"]
    assert [user.name for user in added.created] == ["dave"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(403, "Only admins can grant admin permissions"), errors.HubForbidden),
        (httpx.ConnectError("x"), errors.HubUnreachable),
        (httpx.ReadTimeout("x"), errors.HubTimeout),
        (httpx.Response(201, json=[]), errors.HubBadAnswer),
    ],
)
async def test_what_is_wrong_for_all_ends_it(case, answer, error):
    case.hub.answers["POST", "/users"] = answer
    with pytest.raises(error):
        await case.adder.add(ADMIN, AddUsers(usernames=["carol", "dave"]))
    assert asked(case) == [["carol"]]
    assert [record[:3] for record in case.recorded] == [("add-users", "carol", "failed")]


async def test_what_was_done_before_the_hub_went_away_is_told(case):
    case.hub.answers["POST", "/users"] = [None, httpx.ConnectError("x")]
    added = await case.adder.add(ADMIN, AddUsers(usernames=["carol", "dave", "eve"]))
    assert [user.name for user in added.created] == ["carol"]
    assert [each.name for each in added.refused] == ["dave", "eve"]
    assert all("cannot be reached" in each.message for each in added.refused)
    assert asked(case) == [["carol"], ["dave"]]


async def test_without_the_scope_there_is_no_such_thing(case):
    with pytest.raises(errors.NotFound):
        await case.adder.add(ASSISTANT, AddUsers(usernames=["carol"]))
    assert case.hub.asked == []
    assert case.recorded == []
