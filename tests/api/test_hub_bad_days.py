"""What the routes answer when the Hub refuses, fails, is away, or is not a Hub at all."""

from __future__ import annotations

import asyncio
import json

import pytest

from .faulty_hub import page, user


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
