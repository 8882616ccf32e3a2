"""`users` and `users/{user}`: what is typed, all that is known of one, and requests given up."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from hub_admin_lab.models import UserDetails, UserPage
from tests.support import until

from .faulty_hub import page, user


@pytest.fixture
def jp_serverapp(on_a_hub):
    return on_a_hub


# --- what is typed ------------------------------------------------------------------------


async def test_a_word_that_is_not_understood_is_said(call, faulty_hub):
    status, body = await call("GET", "users", params={"query": "alice idle:2x group:"})
    assert status == 400
    assert body == {
        "code": "invalid_request",
        "message": '"idle:2x" is not understood. Try idle:>2h.',
        "detail": [
            {"field": "query", "word": "idle:2x", "hint": "idle:>2h"},
            {"field": "query", "word": "group:", "hint": "group:class-a"},
        ],
    }
    assert faulty_hub.asked == []


async def test_a_query_that_is_too_long_is_not_read(call, faulty_hub):
    status, body = await call("GET", "users", params={"query": "x" * 1001})
    assert (status, body["detail"][0]["field"]) == (400, "query")
    assert faulty_hub.asked == []


async def test_words_reach_the_hub_as_far_as_it_understands_them(call, faulty_hub):
    asked = []
    used = "2020-01-01T00:00:00Z"
    idle = user("alice", ready=True, stopped=False, last_activity=used)
    other = user("alina", ready=True, stopped=False, last_activity="2999-01-01T00:00:00Z")

    def answer(request):
        asked.append(parse_qs(urlsplit(request.uri).query))
        return 200, page(idle, other)

    faulty_hub.answer = answer
    status, body = await call("GET", "users", params={"query": "ALI idle:>2h", "offset": "1"})
    assert status == 200
    UserPage.model_validate(body)
    assert [item["name"] for item in body["items"]] == ["alice"]
    assert (body["total"], body["next"], body["offset"]) == (None, None, 1)
    assert [(q["state"], q["name_filter"], q["offset"]) for q in asked] == [
        (["active"], ["ALI"], ["1"])
    ]


# --- all that is known of one -------------------------------------------------------------


async def test_details_are_what_the_hub_sent_but_for_secrets(call, faulty_hub):
    sent = user("alice", ready=True, stopped=False, url="/user/alice/", state={"token": "s3cret"})
    sent |= {"auth_state": {"token": "s3cret"}, "roles": ["user"], "created": "2026-11-23"}
    faulty_hub.answer = (200, sent)
    status, body = await call("GET", "users/alice")
    assert status == 200
    UserDetails.model_validate(body)
    assert body["user"]["name"] == "alice"
    assert body["user"]["servers"][0]["state"] == "running"
    assert body["user"]["may_start"] is True
    assert body["sent"]["roles"] == ["user"]
    assert body["sent"]["created"] == "2026-11-23"
    assert body["sent"]["servers"][""]["url"] == "/user/alice/"
    assert "s3cret" not in json.dumps(body)
    assert [asked[:2] for asked in faulty_hub.asked] == [("GET", "/hub/api/users/alice")]


@pytest.mark.parametrize(
    "options", ['"\\ud800"', "NaN", '[[{"x": null}]]', "1e400", "[" * 99 + "]" * 99]
)
async def test_odd_options_of_a_start_break_no_answer(call, faulty_hub, options):
    """Whoever may start a server chooses them."""
    sent = json.dumps(user("mallory", user_options={"x": "OPTIONS"}))
    listed = json.dumps(page(user("mallory", user_options={"x": "OPTIONS"}), user("alice")))
    faulty_hub.answer = lambda request: (
        200,
        (sent if "mallory" in request.uri else listed).replace('"OPTIONS"', options),
    )
    status, body = await call("GET", "users/mallory")
    assert (status, body["user"]["name"]) == (200, "mallory")
    status, body = await call("GET", "users")
    assert [item["name"] for item in body["items"]] == ["mallory", "alice"]


# --- given up -----------------------------------------------------------------------------


@pytest.fixture
def patient(jp_serverapp):
    """The extension waits longer for the Hub than this test does."""
    extension = jp_serverapp.extension_manager.extension_apps["hub_admin_lab"].copy().pop()
    extension.hub_parts().client._http._timeout = 300


async def test_who_gives_a_request_up_lets_the_hub_work_no_longer(
    call, http_server_port, jp_base_url, faulty_hub, patient
):
    never = asyncio.Event()
    pages = [page(user("alice"), total=9), page(user("bob"), total=9)]
    for number, each in enumerate(pages, 1):
        each["_pagination"]["next"] = {"offset": number}

    def answer(request):
        if "limit=1&" in f"{request.uri}&":
            return 200, page(total=9)  # how many there are
        return (200, pages.pop(0)) if pages else never

    faulty_hub.answer = answer
    _reader, writer = await asyncio.open_connection("127.0.0.1", http_server_port[-1])
    path = f"{jp_base_url}hub-admin-lab/api/users?query=group:nobody"
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token admin-t0ken\r\n\r\n"
    writer.write(request.encode())
    await until(lambda: len(faulty_hub.asked) == 3 + 2)
    assert faulty_hub.given_up == 0
    writer.close()
    await until(lambda: faulty_hub.given_up == 1)
    never.set()
    faulty_hub.answer = (200, page(user("alice")))
    status, _ = await call("GET", "users", params={"offset": "1"})
    assert status == 200
    assert len(faulty_hub.asked) == 3 + 2 + 1
