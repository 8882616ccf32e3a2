"""The list of users: every page of it, with what the Hub can search for and what it cannot."""

from __future__ import annotations

import logging
import random
from datetime import timedelta

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.listing.query import parse
from hub_admin_lab.hub.listing.servers import PATIENCE, HubServers
from hub_admin_lab.hub.listing.totals import HOLD
from hub_admin_lab.hub.listing.views import user_view
from hub_admin_lab.models import ListUsersQuery

from .failing_hub import ADMIN, HUB, NOW
from .listing_hub import ListingHub, active, listed_user

LONG_AGO = NOW - timedelta(hours=5)


def view(user):
    return user_view(user, actor=ADMIN, access=HUB.access, failures={})


class Clock:
    """A clock that stands still unless it is moved."""

    now = NOW

    def __call__(self):
        return self.now


def case(users, **options):
    hub, clock = ListingHub(users, **options), Clock()
    return hub, HubServers(hub, HUB, log=logging.getLogger("test"), now=clock), clock


def names(page):
    return [user.name for user in page.items]


async def walk(servers, **query):
    """Return the names on all pages, and each page."""
    pages = []
    offset = 0
    while offset is not None:
        page = await servers.list_users(ADMIN, ListUsersQuery(offset=offset, **query))
        assert len(page.items) <= page.limit
        assert page.next is None or page.next > offset
        pages.append(page)
        offset = page.next
    return [name for page in pages for name in names(page)], pages


async def everybody(servers, **query):
    return [user.name async for user in servers.matching(ADMIN, **query)]


def class_of(count):
    return [
        listed_user(
            f"user_{n:03}" if n % 2 else f"user-{n:03}",
            groups=["odd"] if n % 2 else [],
            default=LONG_AGO if n % 3 == 0 else None,
        )
        for n in range(count)
    ]


# --- every user once ----------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 50, 100, 101, 102, 200])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, lambda user: True),
        ({"sort": "-name"}, lambda user: True),
        ({"state": "running"}, active),
        ({"search": "user-"}, lambda user: "user-" in user.name),
        ({"search": "r_0"}, lambda user: "r_0" in user.name),
        ({"search": "%"}, lambda user: False),
        ({"query": "group:odd"}, lambda user: user.groups == ["odd"]),
        ({"query": "idle:>2h"}, active),
        ({"query": "r 1 running"}, lambda user: "1" in user.name and active(user)),
        ({"query": "stopped", "state": "stopped"}, lambda user: not active(user)),
    ],
)
async def test_101_users_every_one_once(query, expected, limit):
    users = class_of(101)
    _hub, servers, _clock = case(users)
    found, pages = await walk(servers, limit=limit, **query)
    wanted = sorted(user.name for user in users if expected(user))
    assert found == (wanted[::-1] if query.get("sort") == "-name" else wanted)
    assert all(len(page.items) == limit for page in pages[:-1])


@pytest.mark.parametrize("seed", range(40))
async def test_all_pages_together_are_what_matches(seed):
    dice = random.Random(seed)
    users = [
        listed_user(
            "".join(dice.choices("aábÁB_%- ", k=dice.randint(1, 4))) + f"{n}",
            admin=dice.random() < 0.1,
            groups=dice.sample(["x", "y"], dice.randint(0, 2)),
            **{
                server: NOW - timedelta(hours=dice.randint(0, 4)) if dice.random() < 0.4 else None
                for server in dice.sample(["default", "running-gpu", "b"], dice.randint(0, 3))
            },
        )
        for n in range(dice.choice([0, 1, 199, 200, 201, 450]))
    ]
    users += [listed_user("running man"), listed_user("the stopped", default=LONG_AGO)]
    words = ["a", "á", "Á", "B_", "%", "a b", "1", "running", "stopped", "admin", "idle:>2h"]
    words += ["pending", "group:x", "server:GPU", '"running"']
    query = " ".join(dice.sample(words, dice.randint(0, 3)))
    search = dice.choice(["", "", "a", "_b", "á%"])
    state = dice.choice(["all", "running", "stopped"])
    _hub, servers, _clock = case(users, most=dice.choice([200, 200, 30]))
    matches = parse(query, search=search).matches
    expected = sorted(
        user.name
        for user in users
        if state in ("all", "running" if active(user) else "stopped") and matches(view(user), NOW)
    )
    asked = {"query": query, "search": search, "state": state}
    found, pages = await walk(servers, limit=dice.choice([1, 10, 50, 200]), **asked)
    assert found == expected
    assert {page.total for page in pages} <= {None, len(expected)}
    assert sorted(await everybody(servers, **asked)) == expected


# --- what the Hub is asked ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "state", "name", "limit"),
    [
        ({}, None, "", 50),
        ({"search": "Al"}, None, "Al", 50),
        ({"query": "Al"}, None, "Al", 50),
        ({"query": "al alice LIC"}, None, "alice", 50),
        ({"query": "lic", "search": "alice"}, None, "alice", 50),
        ({"query": "ali bobby"}, None, "bobby", 200),
        ({"query": "al_ce"}, None, "al_ce", 200),
        ({"search": "50%"}, None, "50%", 200),
        ({"query": "Élodie"}, None, "%lodie", 200),
        ({"state": "running"}, "active", "", 50),
        ({"state": "stopped"}, "inactive", "", 50),
        ({"query": "running", "state": "running"}, "active", "", 50),
        ({"query": "running", "state": "stopped"}, "inactive", "running", 50),
        ({"query": "stopped", "state": "running"}, "active", "stopped", 50),
        ({"query": "stopped", "state": "stopped"}, "inactive", "", 50),
        ({"query": "pending", "state": "running"}, "active", "", 200),
        ({"query": "pending", "state": "stopped"}, "inactive", "pending", 50),
        ({"query": "running"}, None, "", 200),
        ({"query": "idle:>2h"}, "active", "", 200),
        ({"query": "idle:>2h running ali"}, "active", "ali", 200),
        ({"query": "admin"}, None, "", 200),
        ({"query": "group:x ali"}, None, "ali", 200),
    ],
)
async def test_the_hub_is_left_what_it_can_do(query, state, name, limit):
    hub, servers, _clock = case([])
    page = await servers.list_users(ADMIN, ListUsersQuery(**query))
    assert hub.asked[0] == {"offset": 0, "limit": limit, "state": state, "name": name}
    assert page.total == (0 if limit == 50 else None)


async def test_nobody_is_asked_for_who_cannot_be():
    hub, servers, _clock = case(class_of(5))
    query = ListUsersQuery(query="idle:>1s", state="stopped", offset=50)
    page = await servers.list_users(ADMIN, query)
    assert (page.items, page.total, page.next) == ([], 0, None)
    assert hub.asked == []


async def test_everybody_who_runs_is_found_without_a_look_at_all_the_others():
    users = [*class_of(1000), listed_user("a running gag")]
    hub, servers, _clock = case(users)
    found = await everybody(servers, query="running")
    assert sorted(found) == sorted([*(u.name for u in users if active(u)), "a running gag"])
    assert [(ask["state"], ask["name"]) for ask in hub.asked] == [
        ("active", ""),
        ("active", ""),
        ("inactive", "running"),
    ]


async def test_who_is_listed_twice_because_of_a_stop_meanwhile_is_found_once():
    hub, servers, _clock = case(class_of(3))

    def stop():
        if hub.asked[-1]["state"] == "inactive":
            hub.users = [listed_user("user-000-stopped-running")]

    hub.users = [listed_user("user-000-stopped-running", default=NOW)]
    hub.each = stop
    assert await everybody(servers, query="running") == ["user-000-stopped-running"]


# --- wildcards, time, counts --------------------------------------------------------------


@pytest.mark.parametrize("field", ["search", "query"])
@pytest.mark.parametrize(
    ("text", "expected"), [("r_5", ["R_5", "year_5"]), ("50%", ["50%er"]), ("Él", ["élodie"])]
)
async def test_wildcards_are_ordinary_characters(field, text, expected):
    users = ["year_5", "yearx5", "R_5", "50%er", "50er", "élodie"]
    _hub, servers, _clock = case([listed_user(name) for name in users])
    page = await servers.list_users(ADMIN, ListUsersQuery(**{field: text}))
    assert names(page) == expected
    assert page.total is None
    assert page.next is None


async def test_a_page_that_takes_long_is_answered_short_with_a_next():
    hub, servers, clock = case([listed_user(f"{n:04}", groups=["x"]) for n in range(1000)])
    hub.users[10:] = [listed_user(user.name) for user in hub.users[10:990]] + hub.users[990:]

    def slow():
        clock.now += PATIENCE / 2

    hub.each = slow
    page = await servers.list_users(ADMIN, ListUsersQuery(query="group:x", offset=1))
    assert len(hub.asked) == 2
    assert names(page) == [f"{n:04}" for n in range(1, 10)]
    assert page.next == 401
    found, pages = await walk(servers, query="group:x")
    assert found == [f"{n:04}" for n in (*range(10), *range(990, 1000))]
    assert [len(page.items) for page in pages] == [10, 0, 10]


async def test_at_least_one_page_is_looked_at():
    hub, servers, clock = case(class_of(3))
    hub.each = lambda: setattr(clock, "now", clock.now + 9 * PATIENCE)
    page = await servers.list_users(ADMIN, ListUsersQuery(query="group:odd", offset=1))
    assert (names(page), page.next) == (["user_001"], None)


async def test_there_is_no_next_where_nobody_comes_any_more():
    users = [listed_user(f"{n:03}", groups=["x"] if n < 50 else []) for n in range(120)]
    _hub, servers, _clock = case(users)
    page = await servers.list_users(ADMIN, ListUsersQuery(query="group:x"))
    assert len(page.items) == 50
    assert page.next is None


@pytest.mark.parametrize(
    ("state", "counted"),
    [("all", ["active"]), ("running", [None]), ("stopped", [None, "active"])],
)
async def test_a_page_brings_one_of_the_totals_along(state, counted):
    hub, servers, _clock = case(class_of(7))
    page = await servers.list_users(ADMIN, ListUsersQuery(state=state))
    assert (page.counts.users, page.counts.active) == (7, 3)
    assert [asked["state"] for asked in hub.asked if asked["limit"] == 1] == counted


async def test_a_search_does_not_count_everybody_again():
    hub, servers, clock = case(class_of(7))
    for query in ({}, {"search": "a"}, {"query": "al"}, {"query": "group:x"}):
        page = await servers.list_users(ADMIN, ListUsersQuery(**query))
        assert (page.counts.users, page.counts.active) == (7, 3)
    assert sum(asked["limit"] == 1 for asked in hub.asked) == 1
    clock.now += HOLD
    page = await servers.list_users(ADMIN, ListUsersQuery(search="a"))
    assert (page.counts.users, page.counts.active) == (7, 3)
    assert sum(asked["limit"] == 1 for asked in hub.asked) == 1 + 2


async def test_what_is_not_understood_is_not_asked():
    hub, servers, _clock = case(class_of(3))
    with pytest.raises(errors.InvalidRequest):
        await servers.list_users(ADMIN, ListUsersQuery(query="idle:2x"))
    with pytest.raises(errors.InvalidRequest):
        await everybody(servers, query="idle:2x")
    assert hub.asked == []


async def test_a_walk_that_is_ended_early_asks_no_further():
    hub, servers, _clock = case(class_of(1000))
    found = servers.matching(ADMIN)
    assert [(await anext(found)).name for _ in range(2)] == ["user-000", "user_001"]
    await found.aclose()
    assert len(hub.asked) == 1
