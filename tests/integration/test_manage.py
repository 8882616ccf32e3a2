"""Users, groups, named servers and the hub itself, through a real hub with manage_users=True."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import jupyterhub
import pytest
from browser import prefix
from real_hub import wait_for

HUB_6 = jupyterhub.version_info[0] >= 6
since_hub_6 = pytest.mark.skipif(not HUB_6, reason="JupyterHub 5 has no such calls")

CONFIG = """
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
configure(c, idle_timeout=0, manage_users=True)
"""
MANAGE = {"admin:users", "delete:users", "groups", "admin:groups", "delete:groups", "shutdown"}
# With a body that each of them takes.
ROUTES = [
    ("POST", "users", {"usernames": ["mallory"]}),
    ("PATCH", "users/alice", {"admin": True}),
    ("DELETE", "users/alice", None),
    ("GET", "groups", None),
    ("GET", "groups/class-a", None),
    ("POST", "groups/class-x", None),
    ("DELETE", "groups/class-a", None),
    ("POST", "groups/class-a/users", {"users": ["assistant"]}),
    ("DELETE", "groups/class-a/users", {"users": ["alice"]}),
    ("PUT", "groups/class-a/properties", {"a": 1}),
    ("POST", "shutdown", {"servers": True, "proxy": True}),
]
each_route = pytest.mark.parametrize(("method", "route", "body"), ROUTES)
ODD_GROUPS = ["a b", "50%", "x/y", "é?#", "r_5", "%2F"]


@pytest.fixture(scope="module")
def hub(start_hub):
    """A hub whose admin may manage it from the panel."""
    hub = start_hub(CONFIG)
    hub.start("admin", "assistant", "alice")
    yield hub
    hub.stop()


@pytest.fixture
def admin(hub):
    return hub.person("admin")


def known(hub, user):
    """Return what the Hub knows of a user, None if it knows no such user."""
    answer = hub.api("GET", f"/users/{quote(user, safe='')}")
    return answer.json() if answer.status_code == 200 else None


def add(person, *names, **more):
    answer = person.lab("POST", "users", json={"usernames": names, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


# --- who may ----------------------------------------------------------------------------------


def test_the_admin_may_manage_and_the_assistant_may_not(hub, admin):
    def capabilities(person):
        info = hub.person(person).lab("GET", "info").json()
        assert info["permissions_outdated"] is False
        found = info["capabilities"]
        return [found[name] for name in ("manage_users", "manage_groups", "shutdown_hub")]

    assert capabilities("admin") == [True, True, True]
    assert capabilities("assistant") == [False, False, False]
    assert capabilities("alice") == [False, False, False]


def test_the_scopes_are_the_admins_at_home_and_nobody_elses(hub, admin):
    def scopes(person, owner):
        held = hub.whoami(hub.person(person).token(owner))["scopes"]
        return {scope.partition("!")[0] for scope in held} & {*MANAGE, "tokens"}

    assert scopes("admin", "admin") == MANAGE
    # What the admin leaves elsewhere is what the owner there holds.
    assert scopes("admin", "assistant") == set()
    assert scopes("admin", "alice") == set()
    assert scopes("assistant", "assistant") == set()


@each_route
def test_for_the_assistant_there_is_no_such_route(hub, method, route, body):
    more = {"json": body} if body else {}
    answer = hub.person("assistant").lab(method, route, **more)
    assert answer.status_code == 404, answer.text
    assert answer.json()["code"] == "not_found"
    assert "manage_users=True" in answer.json()["message"]


@each_route
def test_nobody_else_may(hub, admin, method, route, body):
    more = {"json": body} if body else {}
    url = f"{hub.url}{prefix('admin')}hub-admin-lab/api/{route}"
    assert httpx.request(method, url, **more).status_code == 403
    plain = hub.person("alice").lab(method, route, **more)
    assert (plain.status_code, plain.json()["code"]) == (403, "forbidden")
    visit = admin.lab(method, route, owner="assistant", **more)
    assert (visit.status_code, visit.json()["code"]) == (403, "not_at_home")


# --- users ------------------------------------------------------------------------------------


def test_add_users_some_of_whom_exist_or_are_bad(hub, admin):
    added = add(admin, " ümit ", "x/y", "alice", "", "NewBie", "ümit", "..")
    assert [user["name"] for user in added["created"]] == ["ümit", "newbie"]
    assert added["existing"] == ["alice"]
    assert [each["name"] for each in added["refused"]] == ["x/y", ".."]
    assert added["refused"][0]["message"] == "Invalid username: x/y"
    assert known(hub, "ümit")["admin"] is False
    assert known(hub, "newbie")
    assert "admin: add-users x/y: failed (Invalid username: x/y)" in hub.log()
    row = admin.lab("GET", "users", params={"search": "newbie"}).json()["items"]
    assert [user["name"] for user in row] == ["newbie"]
    assert row == [user for user in added["created"] if user["name"] == "newbie"]


@pytest.mark.parametrize(
    ("names", "status"), [(["alice", "bob"], 409), (["x/y", "a/b"], 400), (["alice", "a/b"], 400)]
)
def test_add_nobody(admin, names, status):
    answer = admin.lab("POST", "users", json={"usernames": names})
    assert answer.status_code == status, answer.text
    detail = answer.json()["detail"]
    assert detail["existing"] == [name for name in names if "/" not in name]
    assert [each["name"] for each in detail["refused"]] == [name for name in names if "/" in name]


def test_add_admins(hub, admin):
    assert add(admin, "deputy", admin=True)["created"][0]["admin"] is True
    assert known(hub, "deputy")["admin"] is True


def test_rename(hub, admin):
    add(admin, "augusta")
    answer = admin.lab("PATCH", "users/augusta", json={"name": "Ada"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "ada"
    assert known(hub, "ada")
    assert known(hub, "augusta") is None
    assert "admin: rename-user augusta: done (To Ada)" in hub.log()


def test_the_name_that_somebody_has_is_harmless(hub, admin):
    """The Hub itself would lose that user."""
    add(admin, "steady")
    body = {"name": "steady", "admin": True}
    answer = admin.lab("PATCH", "users/steady", json=body)
    assert (answer.status_code, answer.json()["name"]) == (200, "steady")
    assert admin.lab("PATCH", "users/steady", json={"name": "steady"}).status_code == 200
    assert known(hub, "steady")["admin"] is True


@pytest.mark.parametrize(
    ("name", "words"), [("bob", "already exists"), ("BOB", "already exists"), ("x/y", "Invalid")]
)
def test_a_name_that_cannot_be_is_the_hubs_to_refuse(hub, admin, name, words):
    answer = admin.lab("PATCH", "users/carol", json={"name": name})
    assert (answer.status_code, answer.json()["code"]) == (400, "hub_refused")
    assert words in answer.json()["message"]
    assert known(hub, "carol")


def test_nobody_is_renamed_whose_server_runs(hub, admin):
    answer = admin.lab("PATCH", "users/alice", json={"name": "alicia"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert known(hub, "alice")


def test_make_and_unmake_admin(hub, admin):
    for value in (True, False):
        answer = admin.lab("PATCH", "users/dave", json={"admin": value})
        assert (answer.status_code, answer.json()["admin"]) == (200, value)
        assert known(hub, "dave")["admin"] is value
    assert "admin: make-admin dave: done" in hub.log()
    assert "admin: unmake-admin dave: done" in hub.log()


def test_an_odd_name(hub, admin):
    name = "o'brien+x@example.org"
    path = f"users/{quote(name, safe='')}"
    assert admin.lab("PATCH", path, json={"name": "o'neill@x"}).json()["name"] == "o'neill@x"
    back = admin.lab("PATCH", f"users/{quote(chr(111) + chr(39))}neill%40x", json={"name": name})
    assert back.json()["name"] == name


def test_delete_with_all_servers_running(hub, admin):
    add(admin, "gone")
    for path in ("users/gone/server", "users/gone/servers/gpu"):
        assert admin.lab("POST", path).status_code in {201, 202}
        assert admin.progress(path)[-1]["ready"]
    answer = admin.lab("DELETE", "users/gone")
    assert (answer.status_code, answer.text) == (204, "")
    assert known(hub, "gone") is None
    assert "admin: stop-server gone/gpu: " in hub.log()
    assert "admin: delete-user gone: done" in hub.log()


def test_delete_somebody_whose_server_is_starting(hub, admin):
    add(admin, "hasty")
    assert admin.lab("POST", "users/hasty/server").status_code in {201, 202}
    assert admin.lab("DELETE", "users/hasty").status_code == 204
    assert known(hub, "hasty") is None


def test_nobody_deletes_themselves(hub, admin):
    answer = admin.lab("DELETE", "users/admin")
    assert answer.status_code == 400
    assert answer.json()["message"] == "Cannot delete yourself!"
    assert hub.server("admin")["ready"]


def test_delete_somebody_unknown(admin):
    answer = admin.lab("DELETE", "users/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "hub_not_found")


# --- groups -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ODD_GROUPS)
def test_a_group_from_birth_to_death(admin, name):
    path = f"groups/{quote(name, safe='')}"
    created = admin.lab("POST", path)
    assert created.status_code == 201, created.text
    assert created.json() == {"name": name, "users": [], "properties": {}}
    again = admin.lab("POST", path)
    assert (again.status_code, again.json()["code"]) == (409, "hub_refused")
    both = {"users": ["bob", "élodie"]}
    assert admin.lab("POST", f"{path}/users", json=both).json()["users"] == both["users"]
    unknown = admin.lab("POST", f"{path}/users", json={"users": ["carol", "nobody"]})
    assert (unknown.status_code, unknown.json()["message"]) == (400, "No such user: nobody")
    left = admin.lab("DELETE", f"{path}/users", json={"users": ["bob"]}).json()
    assert left["users"] == ["élodie"]
    properties = {"cpu": 2, "é": [None, {"x": "y"}]}
    assert admin.lab("PUT", f"{path}/properties", json=properties).status_code == 200
    assert admin.lab("GET", path).json()["properties"] == properties
    assert admin.lab("PUT", f"{path}/properties", json={}).json()["properties"] == {}
    found = admin.lab("GET", "groups", params={"search": name}).json()
    assert [group["name"] for group in found["items"]] == [name]
    assert admin.lab("DELETE", path).status_code == 204
    gone = admin.lab("GET", path)
    assert (gone.status_code, gone.json()["code"]) == (404, "hub_not_found")
    assert admin.lab("DELETE", path).status_code == 404


def test_groups_page_by_page(admin):
    pages, offset = [], 0
    while offset is not None:
        page = admin.lab("GET", "groups", params={"limit": 1, "offset": offset}).json()
        pages.append(page)
        offset = page["next"]
    assert [[group["name"] for group in page["items"]] for page in pages] == [
        ["class-a"],
        ["class-b"],
    ]
    assert {page["total"] for page in pages} == {2}
    assert sorted(pages[0]["items"][0]["users"]) == ["alice", "bob"]
    # `_` matches any character at the Hub, and nothing here.
    assert admin.lab("GET", "groups", params={"search": "class_a"}).json()["total"] == 0
    assert admin.lab("GET", "groups", params={"search": "CLASS-A"}).json()["total"] == 1


# --- named servers ----------------------------------------------------------------------------


@since_hub_6
def test_a_named_server_from_birth_to_death(hub, admin):
    body = {"display_name": "My GPU", "user_options": {"profile": "gpu"}}
    created = admin.lab("PUT", "users/bob/servers/gpu", json=body)
    assert created.status_code == 201, created.text
    view = created.json()
    assert (view["name"], view["display_name"], view["state"]) == ("gpu", "My GPU", "stopped")
    assert view["user_options"] == {"profile": "gpu"}
    assert view["can"] == {"start": True, "stop": False, "access": False, "delete": True}
    again = admin.lab("PUT", "users/bob/servers/gpu", json={})
    assert (again.status_code, again.json()["code"]) == (409, "hub_refused")
    bad = admin.lab("PUT", "users/bob/servers/Bad_Name", json={})
    assert (bad.status_code, "Bad_Name" in bad.json()["message"]) == (400, True)

    assert admin.lab("POST", "users/bob/servers/gpu").status_code in {201, 202}
    assert admin.progress("users/bob/servers/gpu")[-1]["ready"]
    busy = admin.lab("PATCH", "users/bob/servers/gpu", json={"name": "cpu"})
    assert (busy.status_code, "stop it" in busy.json()["message"]) == (400, True)
    assert admin.lab("DELETE", "users/bob/servers/gpu").status_code in {200, 202}
    wait_for(lambda: hub.server("bob", "gpu") is None, 30, "the end of the named server")

    edited = admin.lab("PATCH", "users/bob/servers/gpu", json={"name": "cpu"})
    assert edited.status_code == 200, edited.text
    assert (edited.json()["name"], edited.json()["display_name"]) == ("cpu", "My GPU")
    edited = admin.lab("PATCH", "users/bob/servers/cpu", json={"display_name": ""})
    assert edited.json()["display_name"] == "cpu"
    edited = admin.lab("PATCH", "users/bob/servers/cpu", json={"name": "tpu"}).json()
    assert (edited["name"], edited["display_name"]) == ("tpu", "tpu")
    edited = admin.lab("PATCH", "users/bob/servers/tpu", json={"user_options": {"a": 1}}).json()
    assert (edited["name"], edited["user_options"]) == ("tpu", {"a": 1})
    assert "admin: rename-server bob/cpu: done (To tpu)" in hub.log()

    assert admin.lab("DELETE", "users/bob/servers/tpu?remove=1").status_code == 200
    listed = admin.lab("GET", "users", params={"search": "bob"}).json()["items"][0]["servers"]
    assert [server["name"] for server in listed] == [""]
    gone = admin.lab("PATCH", "users/bob/servers/tpu", json={"display_name": "x"})
    assert (gone.status_code, gone.json()["code"]) == (404, "hub_not_found")


@since_hub_6
def test_the_assistant_creates_named_servers_in_the_group_only(hub):
    assistant = hub.person("assistant")
    assert assistant.lab("PUT", "users/bob/servers/exam", json={}).status_code == 201
    renamed = assistant.lab("PATCH", "users/bob/servers/exam", json={"name": "exam-2"})
    assert renamed.status_code == 200, renamed.text
    assert assistant.lab("DELETE", "users/bob/servers/exam-2?remove=1").status_code == 200
    refused = assistant.lab("PUT", "users/carol/servers/exam", json={})
    assert refused.status_code in {403, 404}
    assert refused.json()["code"] in {"hub_forbidden", "hub_not_found"}


@pytest.mark.skipif(HUB_6, reason="JupyterHub 6 can")
@pytest.mark.parametrize(("method", "body"), [("PUT", {}), ("PATCH", {"name": "cpu"})])
def test_an_older_hub_says_what_it_lacks(hub, admin, method, body):
    answer = admin.lab(method, "users/bob/servers/gpu", json=body)
    assert (answer.status_code, answer.json()["code"]) == (501, "hub_too_old")
    assert "JupyterHub 6" in answer.json()["message"]
    assert hub.server("bob", "gpu") is None


# --- the end ----------------------------------------------------------------------------------


@pytest.fixture
def mortal(start_hub):
    """A hub of its own, of which nothing is left afterwards."""
    hub = start_hub(CONFIG)
    hub.start("admin", "alice")
    yield hub
    hub.stop()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
@pytest.mark.parametrize("all_of_it", [False, True])
def test_shutdown(mortal, all_of_it):
    body = {"servers": all_of_it, "proxy": all_of_it}
    answer = mortal.person("admin").lab("POST", "shutdown", json=body)
    assert (answer.status_code, answer.text) == (202, "")
    assert mortal.process.wait(60) == 0
    assert "admin: shutdown-hub hub: pending" in mortal.log()
    if all_of_it:
        wait_for(lambda: not mortal.processes(), 30, "the end of proxy and servers")
        return
    # The servers go on, and the proxy leads to them.
    for user in ("admin", "alice"):
        page = httpx.get(f"{mortal.url}{prefix(user)}api")
        assert page.status_code == 200, page.text
        assert page.json()["version"]
