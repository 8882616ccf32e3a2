"""`GET events` and `PUT events/{stream}`: who may, what comes, and how it ends."""

from __future__ import annotations

import asyncio

import pytest

from hub_admin_lab.hub.live import broadcast as broadcast_module
from hub_admin_lab.models import LiveProgress
from tests.support import until

from .event_stream import EventReader
from .faulty_hub import PEOPLE, page, user

ROUTES = [("GET", "events"), ("PUT", "events/0000")]
each_route = pytest.mark.parametrize(("method", "path"), ROUTES)


@pytest.fixture
def jp_serverapp(on_a_hub):
    return on_a_hub


@pytest.fixture
def parts(jp_serverapp):
    return jp_serverapp.extension_manager.extension_points["hub_admin_lab"].app.hub_parts()


@pytest.fixture
def listen(jp_serverapp, jp_base_url, http_server_port, http_server_client):
    """Open a stream; closed at the end."""
    readers = []

    async def listen(**options):
        url = f"{jp_base_url}hub-admin-lab/api/events"
        readers.append(await EventReader.open(http_server_port[-1], url, **options))
        return readers[-1]

    yield listen
    for reader in readers:
        reader.close()


async def hello(reader):
    _, name, data = await reader.event()
    assert name == "hello"
    return data["stream"]


# --- who may ------------------------------------------------------------------------------


@each_route
@pytest.mark.parametrize(
    ("who", "code"),
    [
        (None, "forbidden"),
        ("visitor", "not_at_home"),
        ("guest", "not_at_home"),
        ("plain", "forbidden"),
        ("unset", "forbidden"),
    ],
)
async def test_only_who_may_look_after_the_hub_at_home(call, faulty_hub, method, path, who, code):
    status, body = await call(method, path, who=who)
    assert (status, body["code"]) == (403, code)
    assert faulty_hub.asked == []


async def test_a_page_of_another_site_cannot_say_what_is_looked_at(call, jp_serverapp, monkeypatch):
    provider = type(jp_serverapp.identity_provider)
    log_in = provider.get_user

    def by_cookie(self, handler):
        who = log_in(self, handler)
        handler._token_authenticated = False
        return who

    monkeypatch.setattr(provider, "get_user", by_cookie)
    status, body = await call("PUT", "events/0000", body={"users": []})
    assert status == 403
    assert "_xsrf" in body["message"]


@pytest.mark.parametrize(
    "view",
    [
        {"users": ["x"] * 401},
        {"users": ["x" * 256]},
        {"users": [""]},
        {"users": "alice"},
        {"windows": [{}] * 17},
        {"windows": [{"limit": 201}]},
        {"windows": [{"state": "ready"}]},
        {"rows": []},
    ],
)
async def test_a_view_that_is_not_understood_or_too_large_is_said(call, faulty_hub, view):
    status, body = await call("PUT", "events/0000", body=view)
    assert (status, body["code"]) == (400, "invalid_request")
    assert faulty_hub.asked == []


async def test_a_stream_that_is_not_known_is_not_found(call, faulty_hub):
    status, body = await call("PUT", "events/0000", body={"users": ["alice"]})
    assert (status, body["code"]) == (404, "not_found")
    assert faulty_hub.asked == []


# --- what comes ---------------------------------------------------------------------------


async def test_a_token_with_other_scopes_does_not_listen_to_the_same(listen, call, faulty_hub):
    name = await hello(await listen())
    status, body = await call("GET", "events", who="manager")
    assert (status, body["code"]) == (409, "conflict")
    status, body = await call("PUT", f"events/{name}", who="manager", body={"users": ["alice"]})
    assert (status, body["code"]) == (404, "not_found")
    assert faulty_hub.asked == []


async def test_what_was_revoked_is_not_offered_by_the_stream_again(
    listen, call, faulty_hub, monkeypatch
):
    faulty_hub.answer = (200, page(user("alice")))
    reader = await listen()
    view = {"users": ["alice"], "windows": [{"limit": 50}]}
    assert await call("PUT", f"events/{await hello(reader)}", body=view) == (204, None)
    _, _, data = await reader.event()
    assert data["changed"][0]["servers"][0]["can"]["start"] is True
    # The Hub refuses something, and says then that this token may start nothing any more.
    admin = PEOPLE["admin-t0ken"]
    left = [scope for scope in admin["scopes"] if scope != "start:servers"]
    monkeypatch.setitem(PEOPLE, "admin-t0ken", {**admin, "scopes": left})
    faulty_hub.answer = (403, {"status": 403, "message": "Not any more."})
    await call("POST", "users/alice/server", body={})
    faulty_hub.answer = (200, page(user("alice")))
    status, info = await call("GET", "info")
    assert (status, info["capabilities"]["start_servers"]) == (200, False)
    while True:
        _, name, data = await reader.event()
        if name == "users" and data["changed"]:
            break
    assert data["changed"][0]["servers"][0]["can"]["start"] is False


async def test_an_event_stream_that_proxies_do_not_keep_back(listen, faulty_hub):
    reader = await listen()
    assert reader.status == 200
    assert reader.headers["content-type"] == "text/event-stream"
    assert reader.headers["x-accel-buffering"] == "no"
    assert reader.headers["cache-control"] == "no-cache"
    number, name, data = await reader.event()
    assert (number, name) == (1, "hello")
    assert data["stale"] is None
    assert faulty_hub.asked == []


async def test_what_is_looked_at_is_told_with_numbers_of_the_stream(listen, call, faulty_hub):
    faulty_hub.answer = (200, page(user("alice"), user("bob", ready=True, stopped=False)))
    readers = [await listen(), await listen()]
    stream, _ = [await hello(reader) for reader in readers]
    view = {"users": ["alice", "bob"], "windows": [{"limit": 50}]}
    assert await call("PUT", f"events/{stream}", body=view) == (204, None)
    for reader in readers:
        number, name, data = await reader.event()
        assert (number, name) == (2, "users")
        assert [each["name"] for each in data["changed"]] == ["alice", "bob"]
    assert faulty_hub.asked[0] == ("GET", "/hub/api/users", "token admin-t0ken")


async def test_a_start_is_told_to_those_who_did_not_ask_for_it(listen, call, faulty_hub):
    def answer(request):
        if request.method == "POST":
            return 201, {}
        return 200, user(ready=True, stopped=False, url="/user/alice/")

    faulty_hub.answer = answer
    reader = await listen()
    await hello(reader)
    assert (await call("POST", "users/alice/server"))[0] == 201
    events = [await reader.event() for _ in range(2)]
    assert [name for _, name, _ in events] == ["users", "server"]
    assert events[-1][2]["state"] == "running"


async def test_a_restart_is_told_as_it_begins(listen, call, faulty_hub):
    faulty_hub.answer = lambda request: (
        (202, "") if request.method == "DELETE" else (200, user(ready=True, stopped=False))
    )
    reader = await listen()
    await hello(reader)
    assert (await call("POST", "users/alice/server/restart"))[0] == 202
    told = [(await reader.event())[1:] for _ in range(2)]
    assert told[0][0] == "progress"
    assert told[0][1]["message"] == "Stopping"
    assert (told[1][0], told[1][1]["state"]) == ("server", "stopping")


async def test_that_the_hub_is_away_is_told(listen, call, faulty_hub, monkeypatch):
    monkeypatch.setattr("hub_admin_lab.hub.http.RETRY_AFTER", ())
    faulty_hub.stop()
    reader = await listen()
    stream = await hello(reader)
    await call("PUT", f"events/{stream}", body={"users": ["alice"], "windows": [{}]})
    _, name, stale = await reader.event()
    assert name == "stale"
    assert stale["as_of"] is None
    assert stale["retry_at"].endswith("Z")
    _, _, data = await (await listen()).event()
    assert data["stale"] == stale


async def test_a_silent_stream_says_that_it_is_still_there(listen, monkeypatch):
    monkeypatch.setattr("hub_admin_lab.handlers.stream.HEARTBEAT", 0.01)
    reader = await listen()
    await hello(reader)
    assert await reader.block() == [": still here"]
    assert await reader.block() == [": still here"]


async def test_listening_is_not_activity(listen, call, jp_serverapp):
    before = jp_serverapp.web_app.last_activity()
    reader = await listen()
    stream = await hello(reader)
    await call("PUT", f"events/{stream}", body={})
    assert jp_serverapp.web_app.last_activity() == before


# --- how it ends --------------------------------------------------------------------------


async def test_whoever_goes_away_looks_at_nothing_any_more(listen, call, faulty_hub, parts):
    faulty_hub.answer = (200, page(user("alice")))
    reader = await listen()
    stream = await hello(reader)
    await call("PUT", f"events/{stream}", body={"users": ["alice"], "windows": [{}]})
    await reader.event()
    assert parts.watcher._task is not None
    reader.close()
    await until(lambda: parts.watcher._task is None)
    assert not parts.broadcast.heard
    status, _ = await call("PUT", f"events/{stream}", body={})
    assert status == 404


async def test_who_does_not_read_is_cut_off_and_the_others_are_not(listen, parts, monkeypatch):
    monkeypatch.setattr(broadcast_module, "BACKLOG", 500_000)
    slow, reader = await listen(), await listen()
    numbers = []

    async def read_on():
        while True:
            numbers.append((await reader.event())[0])

    reading = asyncio.ensure_future(read_on())
    await until(lambda: numbers == [1])
    for told in range(1, 2001):
        parts.broadcast.publish("progress", LiveProgress(user="x" * 40_000, server=""))
        await until(lambda told=told: numbers[-1] == told + 1)
        if len(parts.broadcast._listeners) == 1:
            break
    # Not much more than what lies in the buffers of a connection.
    assert told < 2000
    # Nothing waits for it to be read any more.
    await until(lambda: len(list(parts.watcher._streams)) == 1)
    assert (await slow.rest()).count(b"event: progress") < told
    parts.broadcast.publish("progress", LiveProgress(user="the others", server=""))
    await until(lambda: numbers[-1] == told + 2)
    reading.cancel()


async def test_the_end_of_the_server_ends_the_stream_at_once(
    listen, call, faulty_hub, parts, extension
):
    faulty_hub.answer = (200, page(user("alice")))
    reader = await listen()
    stream = await hello(reader)
    await call("PUT", f"events/{stream}", body={"users": ["alice"], "windows": [{}]})
    await reader.event()
    await extension.stop_extension()
    assert await reader.rest() == b""
    assert parts.watcher._task is None
    assert not parts.broadcast.heard
