"""The list of a real hub: every user once, what is looked for, and what can be done with whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from real_hub import wait_for

STUB = Path(__file__).parent / "stub" / "stub_server.py"

# In SQL, `r_5` would match all of the first three and `50%` all of the others.
LOOK_ALIKE = ["year_5", "yearx5", "r55", "50%er", "500er", "x50"]
PEOPLE = [
    "admin",
    "assistant",
    "multi",
    "runner",
    "old-admin",
    "élodie",
    "running-club",
    *LOOK_ALIKE,
]
USERS = [*PEOPLE, *(f"student-{n:02}" for n in range(101 - len(PEOPLE)))]
GROUPS = {"class-a": ["multi", "runner", "student-00"], "class b": ["student-01"]}

# Everybody's servers but the admin's do nothing, and one waits at its start until it may go on.
CONFIG = f"""
import asyncio, os


async def prepare(spawner):
    if spawner.user.name != "admin":
        spawner.cmd = [sys.executable, {str(STUB)!r}]
    while spawner.name == "slow" and not os.path.exists(P["state"] + "/go"):
        await asyncio.sleep(0.1)


c.Spawner.pre_spawn_hook = prepare
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
configure(c)
"""


@pytest.fixture(scope="module")
def hub(start_hub):
    """A hub of 101 users.

    `multi` has a default server that runs, `old` that is stopped, and `slow` that does not come
    to an end with its start. `runner` would like to keep the others out of the list.
    """
    hub = start_hub(CONFIG, users=USERS, groups=GROUPS)
    # The first half of a character that has two: this hub takes it and sends it on.
    hub.api("POST", "/users/runner/server", content=r'{"note": "\ud83d"}')
    hub.start("admin", "multi", "runner")
    for name in ("old", "slow"):
        assert hub.api("POST", f"/users/multi/servers/{name}").status_code in {201, 202}
    wait_for(lambda: hub.server("multi", "old")["ready"], 30, "the named server")
    hub.api("DELETE", "/users/multi/servers/old")
    wait_for(lambda: hub.server("multi", "old") is None, 30, "the end of the named server")
    assert hub.server("multi", "slow")["pending"] == "spawn"
    yield hub
    (hub.log_file.parent / "go").touch()


@pytest.fixture(scope="module")
def admin(hub):
    return hub.person("admin")


def pages(person, **query):
    """Return all pages, as somebody gets them who goes on to the end."""
    found = []
    offset = 0
    while offset is not None:
        answer = person.lab("GET", "users", params={**query, "offset": offset})
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        offset = found[-1]["next"]
    return found


def names(person, **query):
    return [user["name"] for page in pages(person, **query) for user in page["items"]]


# --- every user once --------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["name", "-name", "id", "-id", "last_activity", "-last_activity"])
def test_101_users_at_page_50_every_one_once(admin, sort):
    found = pages(admin, limit=50, sort=sort)
    assert [len(page["items"]) for page in found] == [50, 50, 1]
    assert {page["total"] for page in found} == {101}
    assert found[0]["counts"] == {"users": 101, "active": 3}
    listed = [user["name"] for page in found for user in page["items"]]
    assert len(listed) == 101
    assert set(listed) == set(USERS)
    if sort.endswith("name"):
        assert listed == sorted(USERS, reverse=sort == "-name")


def test_running_and_stopped_together_are_everybody(admin):
    running = names(admin, state="running")
    assert running == ["admin", "multi", "runner"]
    stopped = names(admin, state="stopped")
    assert sorted([*running, *stopped]) == sorted(USERS)


@pytest.mark.parametrize("limit", [1, 7, 50, 99, 200])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("student-", [name for name in USERS if "student-" in name]),
        ("t-0", [name for name in USERS if "t-0" in name]),
        ("group:class-a", sorted(GROUPS["class-a"])),
    ],
)
def test_pages_of_what_is_looked_for_lose_nobody(admin, query, expected, limit):
    assert names(admin, query=query, limit=limit) == expected


# --- what is looked for -----------------------------------------------------------------------


@pytest.mark.parametrize("field", ["search", "query"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r_5", ["year_5"]),
        ("50%", ["50%er"]),
        ("YEAR", ["year_5", "yearx5"]),
        ("Élo", ["élodie"]),
        ("nobody", []),
    ],
)
def test_text_is_literal(admin, field, text, expected):
    found = pages(admin, **{field: text})
    assert [user["name"] for page in found for user in page["items"]] == expected
    if "_" in text or "%" in text:
        assert found[0]["total"] is None
    elif text.isascii():
        assert found[0]["total"] == len(expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("running", ["admin", "multi", "runner", "running-club"]),
        ('"running"', ["running-club"]),
        ("admin", ["admin", "old-admin"]),
        ("group:class-a", ["multi", "runner", "student-00"]),
        ('group:"class b"', ["student-01"]),
        ("group:class", []),
        ("server:SLO", ["multi"]),
        ("server:old running", []),
        ("idle:>1d", []),
        ("group:class-a running", ["multi", "runner"]),
        ("group:class-a stopped", ["student-00"]),
        ("student 42", ["student-42"]),
    ],
)
def test_words(admin, query, expected):
    assert names(admin, query=query) == expected
    running = names(admin, query=query, state="running")
    stopped = names(admin, query=query, state="stopped")
    assert sorted([*running, *stopped]) == expected


def test_stopped(admin):
    found = names(admin, query="stopped")
    assert sorted([*found, "admin", "multi", "runner"]) == sorted(USERS)


def test_idle_is_by_the_hubs_last_activity(admin):
    """Nobody uses the servers of `multi` and `runner`; the one that is starting is not idle."""

    def idle():
        return names(admin, query="idle:>1s group:class-a")

    wait_for(lambda: idle() == ["multi", "runner"], 30, "that servers are idle")
    assert names(admin, query="idle:>1s server:slow") == []


def test_a_word_that_is_not_understood_is_said(admin):
    answer = admin.lab("GET", "users", params={"query": "idle:2x"})
    assert answer.status_code == 400
    assert answer.json()["message"] == '"idle:2x" is not understood. Try idle:>2h.'


# --- what can be done with whom ---------------------------------------------------------------


def test_each_server_of_a_user_has_the_controls_of_its_state(admin):
    (multi,) = pages(admin, search="multi")[0]["items"]
    assert multi["may_start"] is True
    assert {server["name"]: (server["state"], server["can"]) for server in multi["servers"]} == {
        "": ("running", {"start": False, "stop": True, "access": True, "delete": False}),
        "old": ("stopped", {"start": True, "stop": False, "access": False, "delete": True}),
        "slow": ("starting", {"start": False, "stop": True, "access": False, "delete": False}),
    }


def test_details(admin, hub):
    answer = admin.lab("GET", "users/multi")
    assert answer.status_code == 200, answer.text
    details = answer.json()
    assert details["user"] == pages(admin, search="multi")[0]["items"][0]
    assert details["sent"]["groups"] == ["class-a"]
    assert set(details["sent"]["servers"]) == {"", "old", "slow"}
    assert details["sent"]["servers"][""]["progress_url"]
    assert admin.lab("GET", "users/nobody").json()["code"] == "hub_not_found"


def test_what_somebody_starts_with_hides_nobody(admin, hub):
    sent = hub.api("GET", "/users/runner").json()["servers"][""]["user_options"]
    assert sent == {"note": "\ud83d"}
    (runner,) = pages(admin, search="runner")[0]["items"]
    assert runner["servers"][0]["state"] == "running"
    assert runner["servers"][0]["user_options"] == {"note": "?"}
