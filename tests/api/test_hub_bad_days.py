"""What the routes answer when the Hub refuses, fails, is away, or is not a Hub at all."""

from __future__ import annotations

import asyncio
import json

import pytest

from hub_admin_lab.handlers import info as info_module

from .faulty_hub import PEOPLE, page, user


@pytest.fixture
def jp_serverapp(on_a_hub):
    return on_a_hub


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ((500, {"status": 500, "message": "no GPU"}), 500, "hub_failed"),
        ((400, {"status": 400, "message": "already running"}), 400, "hub_refused"),
        ((429, {"status": 429, "message": "too many"}), 429, "hub_refused"),
        ((404, {"status": 404, "message": "no such user"}), 404, "hub_not_found"),
        ((503, "<html>restarting</html>"), 503, "hub_unavailable"),
        ((502, "<html>bad gateway</html>"), 503, "hub_unavailable"),
        ((404, "<html>nginx</html>"), 502, "hub_bad_answer"),
        ((302, "<html>log in</html>"), 502, "hub_bad_answer"),
    ],
)
async def test_each_bad_day_has_its_own_status(call, faulty_hub, answer, status, code):
    faulty_hub.answer = answer
    got, body = await call("DELETE", "users/alice/server")
    assert (got, body["code"]) == (status, code)
    if isinstance(answer[1], dict):
        assert body["message"] == answer[1]["message"]
    assert set(body) == {"message", "code", "detail"}


async def test_html_where_json_was_due_is_a_bad_answer(call, faulty_hub):
    faulty_hub.answer = (200, "<html>log in</html>")
    status, body = await call("GET", "users")
    assert (status, body["code"]) == (502, "hub_bad_answer")


async def test_a_hub_that_is_down(call, faulty_hub):
    faulty_hub.stop()
    for method, path in (("GET", "users"), ("POST", "users/alice/server")):
        status, body = await call(method, path)
        assert (status, body["code"]) == (502, "hub_unreachable")
        assert "try again" in body["message"]


async def test_a_hub_that_does_not_answer_in_time(call, faulty_hub):
    faulty_hub.answer = asyncio.Event()
    status, body = await call("GET", "users")
    assert (status, body["code"]) == (504, "hub_timeout")
    faulty_hub.answer.set()


async def test_a_hub_that_restarts_meanwhile_is_asked_again(call, faulty_hub):
    answers = [(503, "<html>restarting</html>")]
    faulty_hub.answer = lambda request: answers.pop() if answers else (200, page(user()))
    status, body = await call("GET", "users")
    assert status == 200
    assert [item["name"] for item in body["items"]] == ["alice"]


async def test_a_bug_of_ours_tells_nothing_of_itself(call, jp_serverapp, monkeypatch):
    extension = jp_serverapp.extension_manager.extension_apps["hub_admin_lab"].copy().pop()

    async def broken(*_):
        raise RuntimeError("s3cret")

    monkeypatch.setattr(extension.hub_parts().servers, "list_users", broken)
    status, body = await call("GET", "users")
    assert (status, body["code"]) == (500, "internal")
    assert "s3cret" not in json.dumps(body)


@pytest.mark.parametrize(
    "refusal", [(403, "not with these scopes"), (404, "no such user"), (401, "who?")]
)
async def test_what_is_left_is_known_after_a_refusal(call, faulty_hub, monkeypatch, refusal):
    _, info = await call("GET", "info")
    assert info["capabilities"]["stop_servers"]
    monkeypatch.setitem(PEOPLE, "admin-t0ken", {**PEOPLE["admin-t0ken"], "scopes": ["list:users"]})
    _, info = await call("GET", "info")
    assert info["capabilities"]["stop_servers"]  # JupyterHub keeps its answer for minutes
    status, message = refusal
    faulty_hub.answer = (status, {"status": status, "message": message})
    _, body = await call("DELETE", "users/alice/server")
    assert body["message"] == message
    faulty_hub.answer = (200, page(user(ready=True, stopped=False, url="/user/alice/")))
    _, info = await call("GET", "info")
    assert info["capabilities"]["list_users"]
    assert not info["capabilities"]["stop_servers"]
    _, users = await call("GET", "users")
    assert not users["items"][0]["servers"][0]["can"]["stop"]


async def test_a_hub_that_hangs_does_not_keep_the_panel_from_opening(call, faulty_hub, monkeypatch):
    monkeypatch.setattr(info_module, "PATIENCE", 0.01)
    faulty_hub.answer = hanging = asyncio.Event()
    status, info = await call("GET", "info")
    assert (status, info["hub"]["version"]) == (200, None)
    assert info["capabilities"]["list_users"]
    assert faulty_hub.given_up == 0  # the question goes on
    hanging.set()
