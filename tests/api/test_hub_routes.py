"""The routes that ask the Hub: who may call them, and what they answer on the Hub's bad days."""

from __future__ import annotations

import asyncio
import json

import pytest
from tornado.httpclient import HTTPClientError

from .faulty_hub import page, user

ROUTES = [
    ("GET", "users"),
    ("GET", "users/alice"),
    ("POST", "users/alice/server"),
    ("POST", "users/alice/servers/gpu"),
    ("DELETE", "users/alice/server"),
    ("DELETE", "users/alice/servers/gpu"),
    ("POST", "users/alice/server/restart"),
    ("POST", "users/alice/servers/gpu/restart"),
    ("GET", "users/alice/server/progress"),
    ("GET", "users/alice/servers/gpu/progress"),
]
each_route = pytest.mark.parametrize(("method", "path"), ROUTES)


@pytest.fixture
def jp_serverapp(on_a_hub):
    return on_a_hub


# --- who may ------------------------------------------------------------------------------


@each_route
async def test_without_a_token_nothing_is_answered_and_the_hub_not_asked(
    call, faulty_hub, method, path
):
    status, body = await call(method, path, who=None)
    assert status == 403
    assert body["code"] == "forbidden"
    assert faulty_hub.asked == []


async def test_info_needs_a_token_too(call):
    assert (await call("GET", "info", who=None))[0] == 403


@each_route
async def test_an_admin_who_visits_gets_nothing_of_the_hub(call, faulty_hub, method, path):
    status, body = await call(method, path, who="visitor")
    assert (status, body["code"]) == (403, "not_at_home")
    assert faulty_hub.asked == []


@each_route
async def test_a_guest_gets_nothing_of_the_hub(call, faulty_hub, method, path):
    status, body = await call(method, path, who="guest")
    assert (status, body["code"]) == (403, "not_at_home")
    assert faulty_hub.asked == []


@each_route
async def test_a_plain_user_gets_nothing_of_the_hub(call, faulty_hub, method, path):
    status, body = await call(method, path, who="plain")
    assert (status, body["code"]) == (403, "forbidden")
    assert faulty_hub.asked == []


@each_route
async def test_the_hubs_refusal_is_passed_on_in_its_own_words(call, faulty_hub, method, path):
    words = "Action is not authorized with current scopes"
    faulty_hub.answer = (403, {"status": 403, "message": words})
    status, body = await call(method, path)
    assert status == 403
    assert body["message"] == words
    assert body["code"] == "hub_forbidden"


@each_route
async def test_the_visitors_own_token_acts(call, faulty_hub, method, path):
    faulty_hub.answer = (403, {"status": 403, "message": "no"})
    await call(method, path)
    assert {token for _, _, token in faulty_hub.asked} == {"token admin-t0ken"}


@pytest.mark.parametrize(
    ("method", "path"), [route for route in ROUTES if route[0] in ("POST", "DELETE")]
)
async def test_a_page_of_another_site_cannot_act(
    call, faulty_hub, method, path, jp_serverapp, monkeypatch
):
    # A log-in by cookie is what a foreign page can borrow; a token it cannot.
    provider = type(jp_serverapp.identity_provider)
    log_in = provider.get_user

    def by_cookie(self, handler):
        who = log_in(self, handler)
        handler._token_authenticated = False
        return who

    monkeypatch.setattr(provider, "get_user", by_cookie)
    headers = {"Authorization": "token admin-t0ken"}
    for headers_ in (headers, {**headers, "Origin": "https://evil.example.org"}):
        status, _ = await call(method, path, headers=dict(headers_), body="")
        assert status in (403, 404)
    assert faulty_hub.asked == []


# --- what is asked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "ten"},
        {"offset": "-1"},
        {"state": "ready"},
        {"sort": "started"},
        {"page": "2"},
        {"search": "x" * 256},
    ],
)
async def test_a_query_that_is_not_understood_is_said(call, faulty_hub, query):
    status, body = await call("GET", "users", params=query)
    assert (status, body["code"]) == (400, "invalid_request")
    assert body["detail"][0]["field"] == next(iter(query))
    assert faulty_hub.asked == []


@pytest.mark.parametrize(
    "body", ["[]", "nonsense", '{"user_options": 1}', '{"options": {}}', '"x"']
)
async def test_a_body_that_is_not_understood_is_said(call, faulty_hub, body):
    status, answer = await call("POST", "users/alice/server", body=body)
    assert (status, answer["code"]) == (400, "invalid_request")
    assert faulty_hub.asked == []


async def test_the_default_server_cannot_be_deleted(call, faulty_hub):
    status, body = await call("DELETE", "users/alice/server", params={"remove": "1"})
    assert status == 400
    assert "default server" in body["message"]
    assert faulty_hub.asked == []


async def test_an_unknown_route_is_not_found(call):
    assert (await call("GET", "nonsense"))[0] == 404


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("o'brien+x@example.org", "o%27brien%2Bx%40example.org"),
        ("élodie", "%C3%A9lodie"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("50%", "50%25"),
    ],
)
async def test_odd_names_reach_the_hub_as_they_are(
    jp_serverapp, http_server_client, jp_base_url, faulty_hub, name, quoted
):
    faulty_hub.answer = (404, {"status": 404, "message": "No such user"})
    with pytest.raises(HTTPClientError) as caught:
        await http_server_client.fetch(
            f"{jp_base_url}hub-admin-lab/api/users/{quoted}/server",
            method="DELETE",
            headers={"Authorization": "token admin-t0ken"},
        )
    assert caught.value.code == 404
    assert [asked[1] for asked in faulty_hub.asked] == [f"/hub/api/users/{quoted}/server"]


@pytest.mark.parametrize("step", ["%2E%2E", "%2e", ".%2E"])
async def test_a_server_called_like_a_step_in_a_path_is_no_user(
    http_server_client, jp_base_url, http_server_port, faulty_hub, step
):
    # By hand: every client and proxy that is worth its name resolves such a path first.
    reader, writer = await asyncio.open_connection("127.0.0.1", http_server_port[-1])
    path = f"{jp_base_url}hub-admin-lab/api/users/alice/servers/{step}?remove=1"
    request = (
        f"DELETE {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token admin-t0ken\r\n\r\n"
    )
    writer.write(request.encode())
    status = await reader.readline()
    writer.close()
    assert b" 404 " in status
    assert faulty_hub.asked == []


# --- what is answered ---------------------------------------------------------------------


async def test_a_page_of_users(call, faulty_hub):
    started = "2026-11-23T09:12:00.000000Z"
    running = user("bob", ready=True, stopped=False, url="/user/bob/", started=started)
    everybody = page(user("alice"), running, total=7)
    everybody["_pagination"]["next"] = {"offset": 2, "limit": 2, "url": "x"}
    faulty_hub.answer = lambda request: (
        (200, everybody) if "limit=2" in request.uri else (200, page(total=3))
    )
    status, body = await call("GET", "users", params={"limit": "2"})
    assert status == 200
    assert (body["total"], body["offset"], body["limit"], body["next"]) == (7, 0, 2, 2)
    assert body["counts"] == {"users": 7, "active": 3}
    assert body["as_of"].endswith("Z")
    alice, bob = (item["servers"][0] for item in body["items"])
    assert (alice["state"], alice["url"], alice["can"]["start"]) == ("stopped", None, True)
    assert (bob["state"], bob["url"], bob["can"]["stop"]) == ("running", "/user/bob/", True)
    assert bob["started"] == "2026-11-23T09:12:00Z"
    assert faulty_hub.asked[0][2] == "token admin-t0ken"


@pytest.mark.parametrize(("hub_status", "ours", "after"), [(201, 201, "ready"), (202, 202, "")])
async def test_start(call, faulty_hub, hub_status, ours, after):
    def answer(request):
        if request.method == "POST":
            return hub_status, {}
        if request.uri.endswith("/progress"):
            return 200, "\n\n"
        starting = {"pending": "spawn", "stopped": False}
        return 200, user(**({"ready": True, "url": "/user/alice/"} if after else starting))

    faulty_hub.answer = answer
    status, body = await call("POST", "users/alice/server")
    assert status == ours
    assert body["state"] == ("running" if after else "starting")


@pytest.mark.parametrize(
    ("hub_status", "ours", "after"), [(204, 200, {}), (202, 202, {"pending": "stop"})]
)
async def test_stop(call, faulty_hub, hub_status, ours, after):
    faulty_hub.answer = lambda request: (
        (hub_status, "") if request.method == "DELETE" else (200, user(**after))
    )
    status, body = await call("DELETE", "users/alice/server")
    assert status == ours
    assert body["user"] == "alice"


async def test_progress_is_an_event_stream_that_proxies_do_not_keep_back(
    call, jp_fetch, faulty_hub
):
    faulty_hub.answer = (200, user(ready=True, url="/user/alice/", stopped=False))
    response = await jp_fetch(
        *("hub-admin-lab", "api", "users", "alice", "server", "progress"),
        headers={"Authorization": "token admin-t0ken"},
    )
    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    event = json.loads(response.body.decode().removeprefix("data: "))
    assert event == {
        "progress": 100,
        "message": "",
        "ready": True,
        "failed": False,
        "url": "/user/alice/",
    }


async def test_progress_of_what_does_not_start_is_a_conflict(call, faulty_hub):
    faulty_hub.answer = (200, user())
    status, body = await call("GET", "users/alice/server/progress")
    assert (status, body["code"]) == (409, "conflict")


async def test_this_server_does_not_restart_itself(call, faulty_hub):
    status, body = await call("POST", "users/admin/server/restart")
    assert (status, body["code"]) == (409, "own_server")
    assert faulty_hub.asked == []


async def test_looking_is_not_activity(call, faulty_hub, jp_serverapp):
    before = jp_serverapp.web_app.last_activity()
    faulty_hub.answer = (200, page())
    await call("GET", "users")
    await call("GET", "info")
    assert jp_serverapp.web_app.last_activity() == before


async def test_pages_of_this_server_let_no_opener_hold_them(jp_fetch):
    response = await jp_fetch("api", headers={"Authorization": "token admin-t0ken"})
    assert response.headers["Cross-Origin-Opener-Policy"] == "noopener-allow-popups"


@pytest.mark.parametrize(
    ("who", "at_home", "setup", "capable"),
    [
        ("admin", True, "ready", True),
        ("plain", True, "none", False),
        ("visitor", False, "none", False),
        ("guest", False, "none", False),
    ],
)
async def test_info_says_who_may_what(call, who, at_home, setup, capable):
    status, body = await call("GET", "info", who=who)
    assert status == 200
    assert (body["at_home"], body["setup"]) == (at_home, setup)
    assert body["owner"] == "admin"
    assert body["hub"] == {"version": "6.1.1", "prefix": "/hub/", "host": ""}
    for name in ("list_users", "start_servers", "stop_servers"):
        assert body["capabilities"][name] is capable
    assert body["capabilities"]["edit_this_server"] is (who != "guest")


async def test_an_admin_on_a_hub_that_is_not_set_up_is_told(call):
    status, body = await call("GET", "users", who="unset")
    assert status == 403
    assert "configure(c)" in body["message"]
    assert (await call("GET", "info", who="unset"))[1]["setup"] == "needed"


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("DELETE", "users/alice/server", {"params": {"delete": "1"}}),
        ("DELETE", "users/alice/servers/gpu", {"params": {"remove": "perhaps"}}),
        ("DELETE", "users/alice/server", {"body": {"remove": True}}),
        ("POST", "users/alice/server", {"params": {"x": "1"}}),
        ("POST", "users/alice/server/restart", {"body": {"user_options": {}}}),
        ("GET", "users/alice/server/progress", {"params": {"x": "1"}}),
        ("GET", "info", {"params": {"x": "1"}}),
        ("GET", "users/alice", {"params": {"x": "1"}}),
        ("GET", "idle", {"params": {"x": "1"}}),
        ("DELETE", "idle", {"params": {"dry_run": "1"}}),
        ("PUT", "idle", {"params": {"dryrun": "1"}, "body": {}}),
    ],
)
async def test_nothing_mistyped_is_taken_for_something_else(
    call, faulty_hub, method, path, options
):
    status, body = await call(method, path, **options)
    assert (status, body["code"]) == (400, "invalid_request")
    assert faulty_hub.asked == []


async def test_what_clients_of_jupyter_add_to_any_request_is_no_mistake(call, faulty_hub):
    faulty_hub.answer = (200, page())
    params = {"no_track_activity": "1", "1763870400000": ""}
    assert (await call("GET", "users", params=params))[0] == 200


async def test_a_stream_that_is_silent_says_that_it_is_still_there(
    http_server_client, jp_base_url, http_server_port, faulty_hub, monkeypatch
):
    monkeypatch.setattr("hub_admin_lab.handlers.stream.HEARTBEAT", 0.01)
    starting = user(pending="spawn", stopped=False)
    silent = asyncio.Event()
    faulty_hub.answer = lambda request: silent if "progress" in request.uri else (200, starting)
    reader, writer = await asyncio.open_connection("127.0.0.1", http_server_port[-1])
    path = f"{jp_base_url}hub-admin-lab/api/users/alice/server/progress"
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token admin-t0ken\r\n\r\n"
    writer.write(request.encode())
    assert b": still here" in await reader.readuntil(b": still here")
    writer.close()
    silent.set()


async def test_info_answers_while_the_hub_is_away(call, faulty_hub):
    faulty_hub.stop()
    status, body = await call("GET", "info")
    assert status == 200
    assert body["hub"]["version"] is None
