"""The routes that change users, groups and the hub: who may call them, and what they answer."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from tornado.httpclient import HTTPClientError

from tests.support import until

from .faulty_hub import user

# With a body that each of them takes.
MANAGED = [
    ("POST", "users", {"usernames": ["carol"]}),
    ("PATCH", "users/alice", {"admin": True}),
    ("DELETE", "users/alice", None),
    ("GET", "groups", None),
    ("GET", "groups/class-a", None),
    ("POST", "groups/class-a", None),
    ("DELETE", "groups/class-a", None),
    ("POST", "groups/class-a/users", {"users": ["bob"]}),
    ("DELETE", "groups/class-a/users", {"users": ["bob"]}),
    ("PUT", "groups/class-a/properties", {"cpu": 2}),
    ("POST", "shutdown", {"servers": False, "proxy": False}),
]
# These need no more than to start servers.
NAMED = [
    ("PUT", "users/alice/servers/gpu", {"display_name": "My GPU"}),
    ("PATCH", "users/alice/servers/gpu", {"name": "cpu"}),
]
managed = pytest.mark.parametrize(("method", "path", "sent"), MANAGED)
all_of_them = pytest.mark.parametrize(("method", "path", "sent"), [*MANAGED, *NAMED])

GROUP = {"kind": "group", "name": "class-a", "users": ["alice"], "properties": {"cpu": 1}}


@pytest.fixture
def jp_serverapp(on_a_hub):
    return on_a_hub


@pytest.fixture
def manage(call):
    """Call a route as somebody who may manage users."""

    async def manage(method, *path, **options):
        return await call(method, *path, who="manager", **options)

    return manage


# --- who may ------------------------------------------------------------------------------


@all_of_them
async def test_without_a_token_nothing_is_done(call, faulty_hub, records, method, path, sent):
    status, body = await call(method, path, who=None, body=sent)
    assert (status, body["code"]) == (403, "forbidden")
    assert faulty_hub.asked == []
    assert records == []


@all_of_them
@pytest.mark.parametrize("who", ["visitor", "guest"])
async def test_only_at_home(call, faulty_hub, records, method, path, sent, who):
    status, body = await call(method, path, who=who, body=sent)
    assert (status, body["code"]) == (403, "not_at_home")
    assert faulty_hub.asked == []
    assert records == []


@all_of_them
async def test_a_plain_user_gets_nothing(call, faulty_hub, records, method, path, sent):
    status, body = await call(method, path, who="plain", body=sent)
    assert (status, body["code"]) == (403, "forbidden")
    assert faulty_hub.asked == []
    assert records == []


@managed
async def test_without_manage_users_there_is_no_such_route(
    call, faulty_hub, records, method, path, sent
):
    status, body = await call(method, path, who="admin", body=sent)
    assert (status, body["code"]) == (404, "not_found")
    assert "configure(c, manage_users=True)" in body["message"]
    assert faulty_hub.asked == []
    assert records == []


@pytest.mark.parametrize(("method", "path", "sent"), NAMED)
async def test_named_servers_do_without(call, faulty_hub, method, path, sent):
    faulty_hub.answer = (403, {"status": 403, "message": "no"})
    status, body = await call(method, path, who="admin", body=sent)
    assert (status, body["code"]) == (403, "hub_forbidden")


@all_of_them
async def test_the_hub_decides_with_the_visitors_own_token(manage, faulty_hub, method, path, sent):
    words = "Action is not authorized with current scopes"
    faulty_hub.answer = (403, {"status": 403, "message": words})
    status, body = await manage(method, path, body=sent)
    assert (status, body["code"], body["message"]) == (403, "hub_forbidden", words)
    assert {token for _, _, token in faulty_hub.asked} == {"token manager-t0ken"}


@pytest.mark.parametrize(
    ("method", "path", "sent"), [route for route in [*MANAGED, *NAMED] if route[0] != "GET"]
)
async def test_a_page_of_another_site_cannot_act(
    call, faulty_hub, records, jp_serverapp, monkeypatch, method, path, sent
):
    provider = type(jp_serverapp.identity_provider)
    log_in = provider.get_user

    def by_cookie(self, handler):
        who = log_in(self, handler)
        handler._token_authenticated = False
        return who

    monkeypatch.setattr(provider, "get_user", by_cookie)
    headers = {"Authorization": "token manager-t0ken"}
    body = json.dumps(sent) if sent else ""
    for more in ({}, {"Origin": "https://evil.example.org"}):
        status, _ = await call(method, path, headers={**headers, **more}, body=body)
        assert status in (403, 404)
    assert faulty_hub.asked == []
    assert records == []


async def test_info_says_what_can_be_managed(call):
    for who, may in (("manager", True), ("admin", False), ("visitor", False), ("plain", False)):
        capabilities = (await call("GET", "info", who=who))[1]["capabilities"]
        for name in ("manage_users", "manage_groups", "shutdown_hub"):
            assert capabilities[name] is may


# --- what is not understood ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "users", {}),
        ("POST", "users", {"usernames": []}),
        ("POST", "users", {"usernames": ["  "]}),
        ("POST", "users", {"usernames": "carol"}),
        ("POST", "users", {"usernames": [1]}),
        ("POST", "users", {"usernames": ["carol"], "admin": 1}),
        ("POST", "users", {"usernames": ["carol"], "groups": ["class-a"]}),
        ("POST", "users", {"usernames": ["x"] * 5001}),
        ("PATCH", "users/alice", {}),
        ("PATCH", "users/alice", {"name": ""}),
        ("PATCH", "users/alice", {"name": None}),
        ("PATCH", "users/alice", {"admin": "true"}),
        ("PATCH", "users/alice", {"groups": []}),
        ("DELETE", "users/alice", {"force": True}),
        ("PUT", "users/alice/server", {}),
        ("PATCH", "users/alice/server", {"name": "gpu"}),
        ("PUT", "users/alice/servers/gpu", {"options": {}}),
        ("PUT", "users/alice/servers/gpu", '{"user_options": {"a": NaN}}'),
        ("PATCH", "users/alice/servers/gpu", {}),
        ("PATCH", "users/alice/servers/gpu", {"name": ""}),
        ("PATCH", "users/alice/servers/gpu", {"user_options": []}),
        ("POST", "groups/class-a", {"users": ["bob"]}),
        ("POST", "groups/ ", None),
        ("DELETE", "groups/class-a", {"x": 1}),
        ("POST", "groups/class-a/users", {}),
        ("POST", "groups/class-a/users", {"users": []}),
        ("POST", "groups/class-a/users", {"users": [""]}),
        ("DELETE", "groups/class-a/users", {"users": "bob"}),
        ("PUT", "groups/class-a/properties", None),
        ("PUT", "groups/class-a/properties", []),
        ("PUT", "groups/class-a/properties", '"x"'),
        ("PUT", "groups/class-a/properties", '{"a": Infinity}'),
        ("POST", "shutdown", {"server": True}),
        ("POST", "shutdown", {"servers": 1}),
    ],
)
async def test_a_body_that_is_not_understood_changes_nothing(
    manage, faulty_hub, records, method, path, body
):
    status, answer = await manage(method, path, body=body)
    assert (status, answer["code"]) == (400, "invalid_request")
    assert faulty_hub.asked == []
    assert records == []


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "201"}, {"offset": "-1"}, {"search": "x" * 256}]
)
async def test_a_query_that_is_not_understood_is_said(manage, faulty_hub, query):
    status, body = await manage("GET", "groups", params=query)
    assert (status, body["code"]) == (400, "invalid_request")
    assert faulty_hub.asked == []


# --- what is answered ---------------------------------------------------------------------


def creating(request):
    (name,) = json.loads(request.body)["usernames"]
    if name in ("alice", "bob"):
        return 409, {"status": 409, "message": "All 1 users already exist"}
    if "/" in name:
        return 400, {"status": 400, "message": f"Invalid username: {name}"}
    return 201, [user(name)]


async def test_add_users(manage, faulty_hub, records):
    faulty_hub.answer = creating
    names = ["carol", " alice ", "", "a/b", "carol"]
    status, body = await manage("POST", "users", body={"usernames": names})
    assert status == 201
    assert [each["name"] for each in body["created"]] == ["carol"]
    assert body["existing"] == ["alice"]
    assert body["refused"] == [{"name": "a/b", "message": "Invalid username: a/b"}]
    await until(lambda: len(records) == 3)
    assert {(record["target"], record["outcome"]) for record in records} == {
        ("carol", "done"),
        ("alice", "failed"),
        ("a/b", "failed"),
    }
    assert {(record["actor"], record["action"]) for record in records} == {("admin", "add-users")}


@pytest.mark.parametrize(
    ("names", "status"), [(["alice", "bob"], 409), (["a/b"], 400), (["alice", "a/b"], 400)]
)
async def test_adding_nobody_is_an_error_that_tells_each(manage, faulty_hub, names, status):
    faulty_hub.answer = creating
    got, body = await manage("POST", "users", body={"usernames": names})
    assert (got, body["code"]) == (status, "hub_refused")
    assert body["detail"]["created"] == []
    told = [*body["detail"]["existing"], *(each["name"] for each in body["detail"]["refused"])]
    assert sorted(told) == sorted(names)


async def test_edit_a_user(manage, faulty_hub, records):
    faulty_hub.answer = (200, user("ada"))
    status, body = await manage("PATCH", "users/alice", body={"name": "ada"})
    assert (status, body["name"]) == (200, "ada")
    await until(lambda: records)
    assert (records[0]["action"], records[0]["target"]) == ("rename-user", "alice")


async def test_nobody_is_renamed_while_a_server_runs(manage, faulty_hub):
    faulty_hub.answer = (200, user("alice", ready=True, stopped=False, url="/user/alice/"))
    status, body = await manage("PATCH", "users/alice", body={"name": "ada"})
    assert (status, body["code"]) == (409, "conflict")
    assert {asked[0] for asked in faulty_hub.asked} == {"GET"}


async def test_delete_a_user(manage, faulty_hub, records):
    faulty_hub.answer = lambda request: (
        (204, "") if request.method == "DELETE" else (200, user("alice"))
    )
    assert await manage("DELETE", "users/alice") == (204, None)
    await until(lambda: records)
    assert (records[0]["action"], records[0]["outcome"]) == ("delete-user", "done")


async def test_create_and_edit_a_named_server(manage, faulty_hub):
    gpu = {"name": "gpu", "display_name": "My GPU", "stopped": True}
    faulty_hub.answer = lambda request: (200, user("alice") if request.method == "GET" else gpu)
    status, body = await manage("PUT", "users/alice/servers/gpu", body={})
    assert (status, body["name"], body["state"]) == (201, "gpu", "stopped")
    status, body = await manage("PATCH", "users/alice/servers/gpu", body={"display_name": "x"})
    assert (status, body["display_name"]) == (200, "My GPU")


@pytest.mark.parametrize(("method", "path", "sent"), NAMED)
async def test_an_older_hub_is_said(manage, faulty_hub, method, path, sent):
    faulty_hub.answer = lambda request: (
        (200, user("alice")) if request.method == "GET" else (405, {"message": "Not Allowed"})
    )
    status, body = await manage(method, path, body=sent)
    assert (status, body["code"]) == (501, "hub_too_old")
    assert "JupyterHub 6" in body["message"]


async def test_groups(manage, faulty_hub):
    page = {"items": [GROUP], "_pagination": {"total": 3, "next": {"offset": 1}}}
    faulty_hub.answer = (200, page)
    view = {"name": "class-a", "users": ["alice"], "properties": {"cpu": 1}}
    status, body = await manage("GET", "groups", params={"limit": "1"})
    assert status == 200
    assert body == {"items": [view], "total": 3, "offset": 0, "limit": 1, "next": 1}
    faulty_hub.answer = (200, GROUP)
    assert await manage("GET", "groups/class-a") == (200, view)
    assert await manage("POST", "groups/class-a") == (201, view)
    for method in ("POST", "DELETE"):
        sent = {"users": ["alice"]}
        assert await manage(method, "groups/class-a/users", body=sent) == (200, view)
    assert await manage("PUT", "groups/class-a/properties", body={}) == (200, view)
    faulty_hub.answer = (204, "")
    assert await manage("DELETE", "groups/class-a") == (204, None)


@pytest.mark.parametrize("name", ["a b", "50%", "x/y", "é?#", "a+b", "%2F"])
async def test_odd_names_of_groups_reach_the_hub_as_they_are(
    jp_serverapp, http_server_client, jp_base_url, faulty_hub, name
):
    faulty_hub.answer = (404, {"status": 404, "message": f"No such group: {name}"})
    quoted = quote(name, safe="")
    with pytest.raises(HTTPClientError) as caught:
        await http_server_client.fetch(
            f"{jp_base_url}hub-admin-lab/api/groups/{quoted}",
            method="DELETE",
            headers={"Authorization": "token manager-t0ken"},
        )
    assert caught.value.code == 404
    assert [asked[1] for asked in faulty_hub.asked] == [f"/hub/api/groups/{quoted}"]


async def test_shutdown(manage, faulty_hub, records):
    faulty_hub.answer = (202, {"message": "Shutting down Hub"})
    assert await manage("POST", "shutdown") == (202, None)
    await until(lambda: len(records) == 2)
    assert [record["outcome"] for record in records] == ["pending", "done"]
    assert records[0]["reason"] == "Without the servers, without the proxy"


async def test_shutdown_with_this_server_too(manage, faulty_hub, records):
    faulty_hub.answer = (200, {"name": "admin", "scopes": ["shutdown"]})
    assert await manage("POST", "shutdown", body={"servers": True}) == (202, None)
    assert [asked[:2] for asked in faulty_hub.asked] == [("GET", "/hub/api/user")]
    await until(lambda: len(records) == 2)
    assert [asked[:2] for asked in faulty_hub.asked][1:] == [("POST", "/hub/api/shutdown")]
    assert [record["outcome"] for record in records] == ["pending", "done"]
