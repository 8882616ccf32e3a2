"""What the panel does with groups."""

from __future__ import annotations

import httpx
import pytest

from hub_admin_lab import errors
from hub_admin_lab.models import ListGroupsQuery

from .managed_hub import ADMIN, ASSISTANT, Case, actor, refusal


@pytest.fixture
def case():
    return Case()


def add_groups(case, *names):
    for name in names:
        case.hub.groups[name] = {"name": name, "users": ["alice"], "properties": None}


def names(page):
    return [group.name for group in page.items]


# --- looking ------------------------------------------------------------------------------


async def test_a_page_is_the_hubs(case):
    add_groups(case, *(f"g{i}" for i in range(7)))
    page = await case.groups.page(ADMIN, ListGroupsQuery(offset=2, limit=3))
    assert names(page) == ["g2", "g3", "g4"]
    assert (page.total, page.offset, page.limit, page.next) == (7, 2, 3, 5)
    assert (page.items[0].users, page.items[0].properties) == (["alice"], {})
    assert (await case.groups.page(ADMIN, ListGroupsQuery(offset=5, limit=3))).next is None


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("r_5", ["user_5"]),
        ("50%", ["50%"]),
        ("USER", ["user_5", "userx5", "Users"]),
        ("É", ["école"]),
        ("nothing", []),
    ],
)
async def test_a_search_is_literal_and_over_all_pages(case, search, found):
    case.hub.page = 2
    add_groups(case, "user_5", "userx5", "50%", "500", "Users", "école")
    page = await case.groups.page(ADMIN, ListGroupsQuery(search=search))
    assert names(page) == found
    assert (page.total, page.next) == (len(found), None)


async def test_a_search_has_pages_of_its_own(case):
    case.hub.page = 2
    add_groups(case, "a1", "b1", "a2", "b2", "a3")
    page = await case.groups.page(ADMIN, ListGroupsQuery(search="a", limit=2))
    assert (names(page), page.total, page.next) == (["a1", "a2"], 3, 2)
    page = await case.groups.page(ADMIN, ListGroupsQuery(search="a", limit=2, offset=2))
    assert (names(page), page.total, page.next) == (["a3"], 3, None)


async def test_whoever_may_list_some_gets_their_number(case):
    """The Hub's own total is that of all groups, and so is its next page."""
    page = {"total": 900, "next": {"offset": 200}}
    mine = {"name": "class-a", "users": []}
    looks = [
        {"items": [mine], "_pagination": page},
        {"items": [], "_pagination": {"total": 900, "next": {"offset": 400}}},
    ]
    offsets = []

    def get_groups(body, name=None, offset="0", limit="50"):
        offsets.append(int(offset))
        return httpx.Response(200, json=looks.pop(0))

    case.hub.get_groups = get_groups
    who = actor("list:groups!group=class-a")
    page = await case.groups.page(who, ListGroupsQuery())
    assert (names(page), page.total, page.next) == (["class-a"], 1, None)
    assert offsets == [0, 200]


async def test_one_group(case):
    add_groups(case, "50% of é/ü")
    group = await case.groups.get(ADMIN, "50% of é/ü")
    assert (group.name, group.users) == ("50% of é/ü", ["alice"])
    with pytest.raises(errors.HubNotFound, match="No such group"):
        await case.groups.get(ADMIN, "nothing")


async def test_a_member_whose_name_the_hub_has_lost_is_left_out(case):
    add_groups(case, "g")
    case.hub.groups["g"]["users"] = [None, "bob"]
    assert (await case.groups.get(ADMIN, "g")).users == ["bob"]


# --- acting -------------------------------------------------------------------------------


async def test_from_birth_to_death(case):
    group = await case.groups.create(ADMIN, "class a/b")
    assert (group.name, group.users, group.properties) == ("class a/b", [], {})
    group = await case.groups.add_members(ADMIN, "class a/b", ["alice", "bob"])
    assert group.users == ["alice", "bob"]
    group = await case.groups.remove_members(ADMIN, "class a/b", ["alice"])
    assert group.users == ["bob"]
    properties = {"cpu": 2, "note": {"a": [None, "x"]}}
    group = await case.groups.set_properties(ADMIN, "class a/b", properties)
    assert group.properties == properties
    await case.groups.delete(ADMIN, "class a/b")
    assert case.hub.groups == {}
    path = "/groups/class%20a%2Fb"
    assert case.hub.asked == [
        ("POST", path, None),
        ("POST", f"{path}/users", {"users": ["alice", "bob"]}),
        ("DELETE", f"{path}/users", {"users": ["alice"]}),
        ("PUT", f"{path}/properties", properties),
        ("DELETE", path, None),
    ]
    assert case.recorded == [
        ("create-group", "class a/b", "done", ""),
        ("add-members", "class a/b", "done", "alice, bob"),
        ("remove-members", "class a/b", "done", "alice"),
        ("set-group-properties", "class a/b", "done", "cpu, note"),
        ("delete-group", "class a/b", "done", ""),
    ]


async def test_a_record_names_a_few_of_many(case):
    add_groups(case, "g")
    case.hub.users = {f"u{number}": {} for number in range(5000)}
    await case.groups.add_members(ADMIN, "g", list(case.hub.users))
    await case.groups.remove_members(ADMIN, "g", list(case.hub.users))
    few = "u0, u1, u2, u3, u4, u5, u6, u7, u8, u9 and 4990 more"
    assert [record[3] for record in case.recorded] == [few, few]


async def test_an_unknown_member_is_the_hubs_to_name(case):
    add_groups(case, "g")
    with pytest.raises(errors.HubRefused, match="No such user: nobody"):
        await case.groups.add_members(ADMIN, "g", ["bob", "nobody"])
    assert case.hub.groups["g"]["users"] == ["alice"]
    reason = "bob, nobody: No such user: nobody"
    assert case.recorded == [("add-members", "g", "failed", reason)]


async def test_a_group_that_exists(case):
    case.hub.answers["POST", "/groups/g"] = refusal(409, "Group g already exists")
    with pytest.raises(errors.HubRefused, match="already exists") as caught:
        await case.groups.create(ADMIN, "g")
    assert caught.value.status == 409
    assert case.recorded[0][:3] == ("create-group", "g", "failed")


@pytest.mark.parametrize("name", ["", "  ", ".", "..", "x" * 256])
async def test_a_name_that_no_address_could_hold(case, name):
    with pytest.raises(errors.InvalidRequest):
        await case.groups.create(ADMIN, name)
    if name.strip():
        with pytest.raises(errors.HubNotFound):
            await case.groups.delete(ADMIN, name)
    assert case.hub.asked == []


@pytest.mark.parametrize(
    ("act", "scope"),
    [
        (lambda groups, who: groups.page(who, ListGroupsQuery()), "list:groups"),
        (lambda groups, who: groups.get(who, "g"), "read:groups"),
        (lambda groups, who: groups.create(who, "new"), "admin:groups"),
        (lambda groups, who: groups.delete(who, "g"), "delete:groups"),
        (lambda groups, who: groups.add_members(who, "g", ["bob"]), "groups"),
        (lambda groups, who: groups.remove_members(who, "g", ["bob"]), "groups"),
        (lambda groups, who: groups.set_properties(who, "g", {}), "groups"),
    ],
)
async def test_each_needs_its_own_scope(case, act, scope):
    add_groups(case, "g")
    with pytest.raises(errors.NotFound, match="manage_users=True"):
        await act(case.groups, ASSISTANT)
    assert case.hub.asked == []
    assert case.recorded == []
    await act(case.groups, actor("list:users", f"{scope}!group=g"))
