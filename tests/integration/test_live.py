"""What the stream of events tells of a real hub, and what watching leaves behind there."""

from __future__ import annotations

import re
import time

import pytest
from real_hub import wait_for

# Often, so that the tests need not wait; the share of the Hub's time is kept all the same.
CONFIG = """
c.Spawner.args = [*c.Spawner.args, "--HubAdminLab.live_period=0.1"]
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
configure(c)
"""
EVERYBODY = {"sort": "name", "limit": 50}
# Seconds for what the watcher finds out: on a busy machine the Hub takes long to answer, and it is
# left alone for 50 times as long.
WATCHED = 60


@pytest.fixture(scope="module")
def hub(start_hub):
    """A hub with a proxy that outlives it."""
    hub = start_hub(CONFIG, own_proxy=True)
    hub.start("admin", "alice")
    yield hub
    hub.stop()


@pytest.fixture
def reader(hub):
    with hub.person("admin").live() as reader:
        wait_for(lambda: reader.named("hello"), 10, "the first event")
        yield reader


def look(reader, *users):
    """Look at users and return how many events had come when they were told."""
    reader.look(*users, **EVERYBODY)

    def told():
        found = {u["name"] for data in reader.named("users") for u in data["changed"]}
        return set(users) <= found

    wait_for(told, WATCHED, "what is in view")
    return len(reader.events)


def states(reader, user, since):
    return [s["state"] for s in reader.named("server", since) if s["user"] == user]


def test_the_stream_comes_through_the_proxy_as_it_is(reader):
    assert reader.answer.headers["content-type"] == "text/event-stream"
    assert reader.answer.headers["x-accel-buffering"] == "no"
    assert [number for number, _, _ in reader.events] == [*range(1, len(reader.events) + 1)]
    assert reader.events[0][1] == "hello"


def test_what_somebody_else_does_at_the_hub_is_told(hub, reader):
    since = look(reader, "bob", "carol")
    hub.start("bob")
    wait_for(lambda: "running" in states(reader, "bob", since), WATCHED, "the word of the start")
    server = reader.named("server", since)[-1]
    assert server["url"] == "/user/bob/"
    assert server["can"]["stop"] is True
    since = len(reader.events)
    hub.stop_server("bob")
    wait_for(lambda: "stopped" in states(reader, "bob", since), WATCHED, "the word of the stop")
    assert states(reader, "carol", 0) == []


def test_somebody_elses_start_is_followed_from_its_progress_to_its_end(hub, reader):
    since = look(reader, "bob")
    hub.start("bob")
    wait_for(lambda: "running" in states(reader, "bob", since), WATCHED, "the word of the start")
    events = [e for e in reader.named("progress", since) if e["user"] == "bob"]
    assert events[-1]["ready"] is True
    hub.stop_server("bob")


def test_a_start_from_the_panel_is_told_to_everybody(hub, reader):
    admin = hub.person("admin")
    with admin.live() as other:
        wait_for(lambda: other.named("hello"), 10, "the first event")
        assert admin.lab("POST", "users/carol/server").status_code in {201, 202}
        for each in (reader, other):
            wait_for(lambda each=each: "running" in states(each, "carol", 0), 30, "the start")
            progress = [e for e in each.named("progress") if e["user"] == "carol"]
            assert progress[-1]["ready"] is True
            # Ready first, and the server at once after it.
            kinds = [(kind, data.get("ready")) for _, kind, data in each.events]
            assert kinds.index(("progress", True)) < len(kinds) - 1
    admin.lab("DELETE", "users/carol/server")
    wait_for(lambda: states(reader, "carol", 0)[-1] == "stopped", 30, "the stop")


@pytest.mark.timeout(300)
def test_the_hub_goes_away_and_comes_back_under_an_open_stream(hub, reader):
    since = look(reader, "bob", "carol")
    hub.crash()
    try:
        wait_for(lambda: reader.named("stale", since), WATCHED, "the word that the hub is away")
        stale = reader.named("stale", since)[0]
        assert stale["message"]
        assert stale["as_of"] < stale["retry_at"]
    finally:
        hub.run_again()
    wait_for(lambda: reader.named("fresh", since), WATCHED, "the word that the hub is back")
    back = next(n for n, event in enumerate(reader.events) if event[1] == "fresh")

    def all_in_view():
        users = [u["name"] for data in reader.named("users", back) for u in data["changed"]]
        return {"bob", "carol"} <= set(users)

    wait_for(all_in_view, WATCHED, "what is in view")
    # It goes on as before, in the same stream, and nothing is told twice.
    hub.start("bob")
    wait_for(lambda: "running" in states(reader, "bob", back), WATCHED, "the word of the start")
    hub.stop_server("bob")
    wait_for(lambda: states(reader, "bob", back)[-1] == "stopped", WATCHED, "the word of the stop")
    assert len(reader.named("fresh", since)) == 1
    for user in ("bob", "carol"):
        full = [u for data in reader.named("users", back) for u in data["changed"]]
        stopped = [u for u in full if u["name"] == user and u["servers"][0]["state"] == "stopped"]
        assert len({u["last_activity"] for u in stopped}) == len(stopped), user


def activity(hub):
    """Return when everybody, and every server, was last active, as the Hub has it."""
    users = hub.api("GET", "/users").raise_for_status().json()
    return {
        name: when
        for user in users
        if user["name"] != "admin"
        for name, when in [
            (user["name"], user["last_activity"]),
            *((f"{user['name']}/{s}", m["last_activity"]) for s, m in user["servers"].items()),
        ]
    }


@pytest.mark.timeout(300)
def test_watching_is_nobody_elses_activity(hub, reader):
    before, since = activity(hub), time.monotonic()

    def at_rest():
        """The start of a server is activity, and the Hub takes it down each second."""
        nonlocal before, since
        now = activity(hub)
        if now != before:
            before, since = now, time.monotonic()
        return time.monotonic() - since > 5

    wait_for(at_rest, WATCHED, "an end of the activity of the start")
    begun = len(hub.log())
    look(reader, *(user for user in before if "/" not in user))

    def polls():
        return len(re.findall(r"200 GET /hub/api/users\?.* \(admin@", hub.log()[begun:]))

    wait_for(lambda: polls() >= 20, 250, "many looks")
    assert "alice/" in before
    assert activity(hub) == before
