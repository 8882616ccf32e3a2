"""The extension's API through a real hub, as each kind of person."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest
from browser import prefix
from real_hub import wait_for

ODD = ["o'brien+x@example.org", "élodie"]

# Every route that asks the Hub.
HUB_ROUTES = [
    ("GET", "users"),
    ("GET", "users/bob"),
    ("POST", "users/bob/server"),
    ("DELETE", "users/bob/server"),
    ("POST", "users/bob/server/restart"),
    ("GET", "users/bob/server/progress"),
    ("POST", "users/bob/servers/gpu"),
    ("DELETE", "users/bob/servers/gpu?remove=1"),
    ("POST", "users/bob/servers/gpu/restart"),
    ("GET", "users/bob/servers/gpu/progress"),
    ("GET", "events"),
    ("PUT", "events/0000"),
]


def path(user, server=""):
    name = quote(user, safe="")
    return f"users/{name}/servers/{quote(server, safe='')}" if server else f"users/{name}/server"


def row(person, user, **query):
    items = person.lab("GET", "users", params={"search": user, **query}).json()["items"]
    return next(item for item in items if item["name"] == user)


def state(person, user):
    return row(person, user)["servers"][0]["state"]


def stop(person, user, server=""):
    answer = person.lab("DELETE", path(user, server))
    assert answer.status_code in {200, 202}, answer.text
    wait_for(lambda: state(person, user) == "stopped", 30, f"the end of {user}'s server")


# --- who may do what --------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "route"), [*HUB_ROUTES, ("GET", "info"), ("GET", "idle")])
def test_nobody_gets_nothing(hub, method, route):
    url = f"{hub.url}{prefix('admin')}hub-admin-lab/api/{route}"
    assert httpx.request(method, url).status_code == 403
    wrong = {"Authorization": "token wrong"}
    assert httpx.request(method, url, headers=wrong).status_code == 403


@pytest.mark.parametrize(("method", "route"), HUB_ROUTES)
def test_a_plain_user_is_refused(hub, method, route):
    answer = hub.person("alice").lab(method, route)
    assert answer.status_code == 403, answer.text
    assert answer.json()["message"]
    assert hub.server("bob") is None


@pytest.mark.parametrize("owner", ["alice", "assistant"])
@pytest.mark.parametrize(("method", "route"), HUB_ROUTES)
def test_an_admin_on_anothers_server_is_refused(hub, owner, method, route):
    answer = hub.person("admin").lab(method, route, owner=owner)
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_at_home"
    assert hub.server("bob") is None


def test_a_cross_site_post_is_refused(hub):
    """With the cookies that the browser sends along, and without the page's token."""
    admin = hub.person("admin")
    admin.token("admin")
    answer = admin.post(f"{prefix('admin')}hub-admin-lab/api/users/bob/server")
    assert answer.status_code == 403
    assert hub.server("bob") is None


def test_another_servers_token_is_refused(hub):
    """What an admin left at a student's server does not open the admin's own."""
    token = hub.person("admin").token("alice")
    answer = hub.person("admin").lab("GET", "users", token=token)
    assert answer.status_code == 403


def test_info(hub):
    def info(person, owner=None):
        return hub.person(person).lab("GET", "info", owner=owner).json()

    admin = info("admin")
    assert admin["setup"] == "ready"
    assert admin["at_home"] is True
    assert admin["permissions_outdated"] is False
    assert admin["capabilities"] == {
        "list_users": True,
        "start_servers": True,
        "stop_servers": True,
        "manage_users": False,
        "add_users": False,
        "manage_groups": False,
        "create_groups": False,
        "shutdown_hub": False,
        "edit_rules": False,
        "edit_this_server": True,
    }
    assert admin["hub"]["version"]
    assistant = info("assistant")
    assert assistant["setup"] == "ready"
    assert assistant["permissions_outdated"] is False
    alice = info("alice")
    assert alice["setup"] == "none"
    assert alice["permissions_outdated"] is False
    assert not alice["capabilities"]["list_users"]
    visiting = info("admin", owner="alice")
    assert visiting["at_home"] is False
    assert (visiting["visitor"], visiting["owner"]) == ("admin", "alice")
    assert visiting["setup"] == "none"
    assert not visiting["capabilities"]["list_users"]
    assert not visiting["capabilities"]["start_servers"]


# --- the assistant ----------------------------------------------------------------------------


def test_the_assistant_sees_the_group_only(hub):
    page = hub.person("assistant").lab("GET", "users").json()
    assert [user["name"] for user in page["items"]] == ["alice", "bob"]
    assert page["total"] == 2


def test_the_assistant_starts_and_stops_in_the_group(hub):
    assistant = hub.person("assistant")
    assert row(assistant, "bob")["servers"][0]["can"]["start"]
    answer = assistant.lab("POST", path("bob"))
    assert answer.status_code in {201, 202}, answer.text
    assert assistant.progress(path("bob"))[-1]["ready"]
    found = row(assistant, "bob")["servers"][0]
    assert found["state"] == "running"
    assert found["can"] == {"start": False, "stop": True, "access": True, "delete": False}
    assert hub.whoami(assistant.token("bob"))["name"] == "assistant"
    stop(assistant, "bob")


@pytest.mark.parametrize("user", ["carol", "admin", "nobody"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_the_assistant_is_refused_outside_the_group(hub, user, method):
    answer = hub.person("assistant").lab(method, path(user))
    assert answer.status_code in {403, 404}, answer.text
    assert answer.json()["code"] in {"hub_forbidden", "hub_not_found"}
    assert hub.server("carol") is None
    assert hub.server("admin")


def test_the_assistant_may_not_open_servers_outside_the_group(hub):
    assert hub.person("assistant").get(f"{prefix('admin')}spy").status_code == 403
    assert hub.person("assistant").get(f"{prefix('alice')}spy").status_code == 200


# --- the admin --------------------------------------------------------------------------------


def test_the_admin_sees_everybody(hub):
    page = hub.person("admin").lab("GET", "users").json()
    states = {user["name"]: user["servers"][0]["state"] for user in page["items"]}
    assert states == {
        "admin": "running",
        "alice": "running",
        "assistant": "running",
        "bob": "stopped",
        "carol": "stopped",
        "dave": "stopped",
        "o'brien+x@example.org": "stopped",
        "élodie": "stopped",
    }
    assert row(hub.person("admin"), "alice")["groups"] == ["class-a"]


def test_start_restart_and_stop(hub):
    admin = hub.person("admin")
    answer = admin.lab("POST", path("carol"))
    assert answer.status_code in {201, 202}, answer.text
    events = admin.progress(path("carol"))
    assert events[-1]["ready"]
    assert events[-1]["progress"] == 100
    started = row(admin, "carol")["servers"][0]["started"]
    # Set by an argument of this server: wins over the environment.
    spied = admin.lab("GET", "idle", owner="carol").json()
    assert spied["kernels"]["idle_timeout"]["value"] == 77
    answer = admin.lab("POST", f"{path('carol')}/restart")
    assert answer.status_code == 202, answer.text
    assert admin.progress(path("carol"))[-1]["ready"]
    assert row(admin, "carol")["servers"][0]["started"] > started
    stop(admin, "carol")


def test_odd_names(hub):
    admin = hub.person("admin")
    for user in ODD:
        assert admin.lab("POST", path(user)).status_code in {201, 202}
    for user in ODD:
        assert admin.progress(path(user))[-1]["ready"]
        assert row(admin, user)["servers"][0]["state"] == "running"
    for user in ODD:
        stop(admin, user)


def test_a_named_server(hub):
    admin = hub.person("admin")
    assert admin.lab("POST", path("bob", "gpu")).status_code in {201, 202}
    assert admin.progress(path("bob", "gpu"))[-1]["ready"]
    servers = {server["name"]: server for server in row(admin, "bob")["servers"]}
    assert servers["gpu"]["state"] == "running"
    assert servers[""]["state"] == "stopped"
    assert admin.lab("DELETE", path("bob", "gpu")).status_code in {200, 202}
    wait_for(lambda: hub.server("bob", "gpu") is None, 30, "the end of the named server")
    assert admin.lab("DELETE", path("bob", "gpu") + "?remove=1").status_code == 200
    assert [server["name"] for server in row(admin, "bob")["servers"]] == [""]


def test_a_start_that_fails_gives_the_hubs_reason(hub):
    admin = hub.person("admin")
    answer = admin.lab("POST", path("dave"))
    # The Hub answers a failure that is quick at once, and tells a slow one with the progress.
    if answer.status_code == 202:
        last = admin.progress(path("dave"))[-1]
        assert last["failed"]
    else:
        last = answer.json()
        assert answer.status_code == 500
        assert last["code"] == "hub_failed"
    assert "no node with a free GPU" in last["message"]
    server = row(admin, "dave")["servers"][0]
    assert server["state"] == "stopped"
    assert "no node with a free GPU" in server["failure"]["message"]


def test_a_user_that_does_not_exist(hub):
    answer = hub.person("admin").lab("POST", path("nobody"))
    assert answer.status_code == 404
    assert answer.json()["code"] == "hub_not_found"
