"""`deadline`, `notices/{id}` and `presence`: what this server was told, and what the page tells."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from tornado.httpclient import HTTPClientError

from hub_admin_lab.record import NEWS_SCHEMA_ID
from tests.api.faulty_hub import FaultyHub, HubIdentity
from tests.support import until
from tests.unit.agent_cases import answer

NOTICE = {
    "id": "n1",
    "kind": "stopped",
    "text": "Your server was stopped on Monday.",
    "by": "hub_admin_lab",
    "at": "2026-11-23T14:00:00Z",
    "until": None,
}
TO_EVERYBODY = NOTICE | {"id": "n2", "kind": "message", "text": "Back at noon.", "personal": False}


@pytest.fixture
def service(jp_asyncio_loop):
    service = FaultyHub()
    service.answer = (200, answer(notices=[NOTICE]))
    yield service
    service.stop()


@pytest.fixture
def jp_serverapp(monkeypatch, faulty_hub, service, jp_server_config, jp_configurable_serverapp):
    monkeypatch.setenv("JUPYTERHUB_USER", "admin")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "server-t0ken")
    monkeypatch.setenv("HUB_ADMIN_LAB_SERVICE_URL", f"http://127.0.0.1:{service.port}/s")
    monkeypatch.setattr(HubIdentity, "hub_auth", faulty_hub.auth())
    jp_server_config.ServerApp.identity_provider_class = HubIdentity
    return jp_configurable_serverapp(config=jp_server_config)


@pytest.fixture
def report(extension):
    """Report once, as the agent does by itself every so often."""
    return extension.agent.report


async def test_before_anything_was_told(call):
    status, body = await call("GET", "deadline")
    assert status == 200
    assert body == {
        "now": None,
        "told_seconds_ago": None,
        "current": False,
        "decision": None,
        "idle_timeout": None,
        "keep_until_most": None,
        "notices": [],
    }


@pytest.mark.parametrize("who", ["plain", "guest", "visitor"])
async def test_everybody_here_is_told(call, report, who, service):
    most = datetime(2026, 11, 23, 18, tzinfo=timezone.utc)
    told = answer(notices=[NOTICE, TO_EVERYBODY], keep_until_most=most)
    service.answer = (200, told)
    await report()
    status, body = await call("GET", "deadline", who=who)
    assert status == 200
    assert body["decision"] == told["decision"]
    assert body["keep_until_most"] == "2026-11-23T18:00:00Z"
    assert body["idle_timeout"] == told["rules"]["server"]["idle_timeout"]["value"] == 3600
    # What is for the owner is not for whoever the server is shared with.
    ids = [notice["id"] for notice in body["notices"]]
    assert ids == (["n1", "n2"] if who == "plain" else ["n2"])
    assert all(set(notice) == set(NOTICE) for notice in body["notices"])
    assert body["current"] is True
    ahead = datetime.fromisoformat(body["now"][:-1]) - datetime.fromisoformat(told["now"][:-1])
    assert ahead == timedelta(seconds=body["told_seconds_ago"])
    assert service.asked == [("POST", "/s/api/agents/checkin", "token server-t0ken")]


@pytest.mark.parametrize(("limit", "shown"), [(90, 90), ("never", None)])
async def test_how_long_it_may_be_unused_is_told_whatever_ends_it(
    call, report, service, limit, shown
):
    service.answer = (200, answer({"server": {"idle_timeout": limit, "max_age": 60}}))
    await report()
    assert (await call("GET", "deadline"))[1]["idle_timeout"] == shown


async def test_of_a_service_that_does_not_say_whom_a_message_is_for(call, report, service):
    told = answer(notices=[NOTICE])
    del told["notices"][0]["personal"]
    service.answer = (200, told)
    await report()
    assert (await call("GET", "deadline", who="guest"))[1]["notices"] == []
    assert (await call("GET", "deadline", who="plain"))[1]["notices"] == [NOTICE]


async def test_what_nobody_understands_is_not_shown(call, report, service):
    nonsense = answer(notices=[NOTICE])
    nonsense["notices"][0]["text"] = {"html": "<script>"}
    service.answer = (200, nonsense)
    await report()
    assert (await call("GET", "deadline"))[1]["decision"] is None


async def test_the_rules_that_were_told_hold(call, report, service):
    service.answer = (200, answer({"kernels": {"idle_timeout": 1234}}))
    await report()
    setting = (await call("GET", "idle"))[1]["kernels"]["idle_timeout"]
    assert (setting["value"], setting["source"], setting["default"]) == (1234, "rules", 1234)
    await call("PUT", "idle", body={"kernels": {"idle_timeout": 600}})
    setting = (await call("DELETE", "idle"))[1]["kernels"]["idle_timeout"]
    assert (setting["value"], setting["source"]) == (1234, "rules")


async def test_open_pages_hear_that_there_is_news(report, jp_serverapp):
    heard = []

    async def listen(logger, schema_id, data):
        heard.append(data["reason_code"])

    jp_serverapp.event_logger.add_listener(schema_id=NEWS_SCHEMA_ID, listener=listen)
    await report()
    await report()
    await until(lambda: heard)
    assert heard == ["idle_never_reported"]


async def test_a_report_is_no_activity(report, jp_serverapp):
    before = jp_serverapp.web_app.last_activity()
    for _ in range(5):
        await report()
    assert jp_serverapp.web_app.last_activity() == before


# --- what the page tells ------------------------------------------------------------------------


async def test_a_message_that_its_owner_put_away(call, report, extension, service):
    await report()
    assert await call("DELETE", "notices/n1", who="plain") == (204, None)
    assert (await call("GET", "deadline"))[1]["notices"] == []
    bodies = []

    def take(request):
        bodies.append(json.loads(request.body))
        return 200, answer()

    service.answer = take
    await report()
    assert bodies[0]["seen_notices"] == ["n1"]
    assert (await call("DELETE", "notices/n1"))[0] == 404


@pytest.mark.parametrize("who", ["guest", "visitor", None])
async def test_nobody_else_puts_it_away(call, report, who):
    await report()
    status, body = await call("DELETE", "notices/n1", who=who)
    assert (status, body["code"]) == (403, "forbidden")
    assert len((await call("GET", "deadline", who="plain"))[1]["notices"]) == 1


@pytest.mark.parametrize("who", ["plain", "guest", "visitor"])
async def test_somebody_is_there(call, extension, who, jp_serverapp):
    assert extension.presence.seconds() is None
    before = jp_serverapp.web_app.last_activity()
    assert await call("POST", "presence", who=who, body={"page": "p1"}) == (204, None)
    assert await call("POST", "presence", who=who, body={}) == (204, None)
    assert extension.presence.seconds() < 60
    assert extension.presence.pages() == 2
    assert jp_serverapp.web_app.last_activity() == before


async def test_nobody_is_there_who_may_not(call, extension):
    assert (await call("POST", "presence", who=None, body={}))[0] == 403
    assert (await call("POST", "presence", body={"page": 5}))[0] == 400
    assert (await call("POST", "presence", body={"since": 5}))[0] == 400
    assert extension.presence.seconds() is None


@pytest.mark.parametrize(("method", "path"), [("POST", "presence"), ("DELETE", "notices/n1")])
async def test_another_site_is_refused(
    jp_serverapp, extension, http_server_client, jp_base_url, method, path
):
    with pytest.raises(HTTPClientError) as refusal:
        await http_server_client.fetch(
            f"{jp_base_url}hub-admin-lab/api/{path}",
            method=method,
            headers={"Origin": "https://evil.example", "Cookie": "_xsrf=made-up"},
            body="{}",
            allow_nonstandard_methods=True,
        )
    assert refusal.value.code in {403, 404}
    assert extension.presence.seconds() is None


# --- where there is nobody to report to ---------------------------------------------------------


@pytest.fixture
def elsewhere(monkeypatch, faulty_hub, jp_server_config, jp_configurable_serverapp):
    """Makes a server with another environment."""

    def make(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(HubIdentity, "hub_auth", faulty_hub.auth())
        jp_server_config.ServerApp.identity_provider_class = HubIdentity
        server = jp_configurable_serverapp(config=jp_server_config)
        return server.extension_manager.extension_points["hub_admin_lab"].app

    return make


class TestNobodyToReportTo:
    @pytest.fixture
    def jp_serverapp(self):
        return None

    @pytest.mark.parametrize("missing", ["URL", "TOKEN", "USER"])
    def test_nothing_is_reported(self, elsewhere, missing):
        environment = {
            "HUB_ADMIN_LAB_SERVICE_URL": "http://127.0.0.1:9/s",
            "JUPYTERHUB_API_TOKEN": "server-t0ken",
            "JUPYTERHUB_USER": "admin",
        }
        [name] = [name for name in environment if name.endswith(missing)]
        assert elsewhere(**environment | {name: ""}).agent is None

    def test_an_address_that_is_none_is_said(self, elsewhere, capfd):
        environment = {
            "HUB_ADMIN_LAB_SERVICE_URL": "ftp://user:secret@hub/s",
            "JUPYTERHUB_API_TOKEN": "server-t0ken",
            "JUPYTERHUB_USER": "admin",
        }
        assert elsewhere(**environment).agent is None
        said = capfd.readouterr().err
        assert "HUB_ADMIN_LAB_SERVICE_URL is ignored: it is not an address" in said
        assert "secret" not in said
