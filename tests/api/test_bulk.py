"""`bulk`: who may, what is understood, what is answered and told."""

from __future__ import annotations

import asyncio
import json

import pytest

from hub_admin_lab.models import BulkPlan, BulkProgress, BulkStatus
from tests.support import until

from .faulty_hub import page, user

STOP_ALICE = {"action": "stop", "targets": [{"user": "alice"}]}
ROUTES = [
    ("POST", "bulk", STOP_ALICE),
    ("POST", "bulk", {"action": "start", "filter": {}}),
    ("GET", "bulk/0000", None),
    ("DELETE", "bulk/0000", None),
]
each_route = pytest.mark.parametrize(("method", "path", "body"), ROUTES)


@pytest.fixture
def jp_serverapp(on_a_hub):
    return on_a_hub


@pytest.fixture
def parts(jp_serverapp):
    extension = jp_serverapp.extension_manager.extension_apps["hub_admin_lab"].copy().pop()
    return extension.hub_parts()


def runs(name, **more):
    return user(name, ready=True, stopped=False, url=f"/user/{name}/", **more)


def acted(hub):
    return sorted((method, path) for method, path, _ in hub.asked if method != "GET")


async def ended(call, bulk):
    while True:
        status, answer = await call("GET", "bulk", bulk)
        assert status == 200
        if answer["ended"] is not None:
            return BulkStatus.model_validate(answer)
        await asyncio.sleep(0.01)


# --- who may ------------------------------------------------------------------------------


@each_route
@pytest.mark.parametrize(
    ("who", "code"),
    [
        (None, "forbidden"),
        ("plain", "forbidden"),
        ("visitor", "not_at_home"),
        ("guest", "not_at_home"),
    ],
)
async def test_nobody_but_an_admin_at_home(call, faulty_hub, method, path, body, who, code):
    status, answer = await call(method, path, who=who, body=body)
    assert (status, answer["code"]) == (403, code)
    assert faulty_hub.asked == []


@each_route
async def test_a_page_of_another_site_cannot_act(
    call, faulty_hub, jp_serverapp, monkeypatch, method, path, body
):
    provider = type(jp_serverapp.identity_provider)
    log_in = provider.get_user

    def by_cookie(self, handler):
        who = log_in(self, handler)
        handler._token_authenticated = False
        return who

    monkeypatch.setattr(provider, "get_user", by_cookie)
    headers = {"Authorization": "token admin-t0ken", "Origin": "https://evil.example.org"}
    status, _ = await call(method, path, headers=headers, body=body)
    assert status in (403, 404)
    assert faulty_hub.asked == []


@pytest.mark.parametrize("action", ["start", "stop", "restart"])
async def test_what_is_allowed_nowhere_is_refused_at_once(call, faulty_hub, monkeypatch, action):
    from .faulty_hub import PEOPLE

    looker = {"name": "admin", "admin": False, "scopes": ["list:users", "read:servers"]}
    monkeypatch.setitem(PEOPLE, "looker-t0ken", looker)
    for params in ({}, {"dry_run": "1"}):
        body = {"action": action, "targets": [{"user": "alice"}]}
        status, answer = await call("POST", "bulk", who="looker", body=body, params=params)
        assert (status, answer["code"]) == (403, "forbidden")
        assert answer["message"] == f"You may not {action} other people's servers on this hub."
    assert faulty_hub.asked == []


# --- what is understood -------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "stop"},
        {"action": "stop", "targets": []},
        {"action": "stop", "targets": [{"user": "alice"}], "filter": {}},
        {"action": "delete", "targets": [{"user": "alice"}]},
        {"action": "stop", "targets": ["alice"]},
        {"action": "stop", "targets": [{"server": "gpu"}]},
        {"action": "stop", "targets": [{"user": ""}]},
        {"action": "stop", "targets": [{"user": "alice", "remove": True}]},
        {"action": "stop", "filter": {"state": "ready"}},
        {"action": "stop", "filter": {"spare_used_within": 0}},
        {"action": "stop", "filter": {"group": "class-a"}},
        {"action": "stop", "filter": {"query": "idle:>2x"}},
    ],
)
async def test_what_is_not_understood_is_said_and_nothing_is_done(call, faulty_hub, body):
    for params in ({}, {"dry_run": "1"}):
        status, answer = await call("POST", "bulk", body=body, params=params)
        assert (status, answer["code"]) == (400, "invalid_request")
    assert faulty_hub.asked == []


async def test_dry_run_mistyped_is_not_a_run(call, faulty_hub):
    for params in ({"dryrun": "1"}, {"dry_run": "perhaps"}):
        status, _ = await call("POST", "bulk", body=STOP_ALICE, params=params)
        assert status == 400
    assert faulty_hub.asked == []


# --- what is answered ---------------------------------------------------------------------


async def test_some_are_stopped_and_the_others_named(call, faulty_hub):
    def answer(request):
        if request.method == "DELETE" and "/bob/" in request.uri:
            return 403, {"status": 403, "message": "not yours"}
        return (204, "") if request.method == "DELETE" else (200, user())

    faulty_hub.answer = answer
    targets = [{"user": "alice"}, {"user": "bob", "server": "gpu"}, {"user": "admin"}]
    status, begun = await call("POST", "bulk", body={"action": "stop", "targets": targets})
    assert status == 202
    progress = BulkProgress.model_validate(begun)
    assert (progress.action, progress.total, progress.ended) == ("stop", 3, None)
    result = await ended(call, progress.id)
    assert {each.user: (each.ok, each.status, each.message) for each in result.results} == {
        "alice": (True, 200, ""),
        "bob": (False, 403, "not yours"),
        "admin": (False, 409, "This is the server that you are in."),
    }
    assert (result.state, result.done, result.failed) == ("done", 3, 2)
    assert acted(faulty_hub) == [
        ("DELETE", "/hub/api/users/alice/server"),
        ("DELETE", "/hub/api/users/bob/servers/gpu"),
    ]
    assert {token for _, path, token in faulty_hub.asked if path != "/hub/api/"} == {
        "token admin-t0ken"
    }


async def test_what_the_hub_is_measured_by_is_asked_without_a_token(call, faulty_hub):
    release = asyncio.Event()
    faulty_hub.answer = lambda request: (
        release if request.method == "DELETE" else (200, {"version": "6.1.1"})
    )
    await call("POST", "bulk", body=STOP_ALICE)
    await until(lambda: ("GET", "/hub/api/", None) in faulty_hub.asked)
    release.set()


async def test_a_dry_run_does_nothing(call, faulty_hub):
    faulty_hub.answer = (200, page(runs("alice"), runs("bob"), user("carol")))
    body = {"action": "stop", "filter": {"query": "running"}}
    status, answer = await call("POST", "bulk", body=body, params={"dry_run": "1"})
    assert status == 200
    plan = BulkPlan.model_validate(answer)
    assert (plan.total, [each.user for each in plan.targets]) == (2, ["alice", "bob"])
    assert acted(faulty_hub) == []


async def test_all_who_match(call, faulty_hub):
    faulty_hub.answer = lambda request: (
        (204, "") if request.method == "DELETE" else (200, page(runs("alice"), runs("bob")))
    )
    status, begun = await call("POST", "bulk", body={"action": "stop", "filter": {"search": "b"}})
    assert (status, begun["total"]) == (202, 1)
    await ended(call, begun["id"])
    assert acted(faulty_hub) == [("DELETE", "/hub/api/users/bob/server")]


async def test_what_has_not_begun_can_be_left_out(call, faulty_hub):
    release = asyncio.Event()
    faulty_hub.answer = lambda request: (
        release if request.method == "DELETE" else (200, {"version": "6.1.1"})
    )
    targets = [{"user": f"user{n}"} for n in range(40)]
    _, begun = await call("POST", "bulk", body={"action": "stop", "targets": targets})
    await until(lambda: len(acted(faulty_hub)) >= 10)
    status, answer = await call("DELETE", "bulk", begun["id"])
    assert (status, answer["state"], answer["total"]) == (200, "cancelled", 40)
    asked = len(acted(faulty_hub))
    assert asked < 40
    release.set()
    result = await ended(call, begun["id"])
    assert (result.state, result.done) == ("cancelled", asked)
    assert len(acted(faulty_hub)) == asked


async def test_one_that_nobody_knows(call, faulty_hub):
    for method in ("GET", "DELETE"):
        status, answer = await call(method, "bulk/0000")
        assert (status, answer["code"]) == (404, "not_found")
    assert faulty_hub.asked == []


async def test_its_events_come_to_whoever_listens(call, faulty_hub, parts):
    listener = parts.broadcast.listen()
    faulty_hub.answer = lambda request: (204, "") if request.method == "DELETE" else (200, user())
    _, begun = await call("POST", "bulk", body=STOP_ALICE)
    async for message in listener:
        event = json.loads(message.data)
        if message.name == "bulk" and event["ended"]:
            break
    listener.close()
    assert (event["id"], event["state"], event["done"]) == (begun["id"], "done", 1)


async def test_a_hundred_thousand_targets_are_taken(call, faulty_hub):
    body = {"action": "stop", "targets": [{"user": f"user-{n:06}"} for n in range(100_000)]}
    faulty_hub.answer = release = asyncio.Event()
    status, begun = await call("POST", "bulk", body=body, request_timeout=60)
    assert (status, begun["total"]) == (202, 100_000)
    assert (await call("DELETE", "bulk", begun["id"]))[1]["state"] == "cancelled"
    release.set()
    body["targets"].append({"user": "one-more"})
    assert (await call("POST", "bulk", body=body, request_timeout=60))[0] == 400


async def test_who_gives_up_a_dry_run_lets_the_hub_work_no_longer(
    call, http_server_port, jp_base_url, faulty_hub, parts
):
    parts.client._http._timeout = 300  # longer than this test
    never = faulty_hub.answer = asyncio.Event()
    _reader, writer = await asyncio.open_connection("127.0.0.1", http_server_port[-1])
    body = json.dumps({"action": "stop", "filter": {}})
    path = f"{jp_base_url}hub-admin-lab/api/bulk?dry_run=1"
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token admin-t0ken\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    await until(lambda: len(faulty_hub.asked) == 1)
    assert faulty_hub.given_up == 0
    writer.close()
    await until(lambda: faulty_hub.given_up == 1)
    never.set()
