"""`service/{path}`: the hub service's API by the visitor's own token, at home only."""

from __future__ import annotations

import asyncio
import json

import pytest
from tornado.httpclient import HTTPClientError

from tests.api.faulty_hub import FaultyHub, HubIdentity

PREFIX = "/services/hub-admin-lab"
VERBS = ["GET", "PUT", "POST", "DELETE"]
PREVIEW = {"drafts": [{"level": "hub", "rule": None}]}


@pytest.fixture
def service(jp_asyncio_loop):
    """What answers at the service's address."""
    service = FaultyHub()
    service.answer = (200, {"version": "1.0", "items": []})
    yield service
    service.stop()


@pytest.fixture
def told_of_it():
    """Whether this server was told of the service."""
    return True


@pytest.fixture
def jp_serverapp(
    monkeypatch, faulty_hub, service, told_of_it, jp_server_config, jp_configurable_serverapp
):
    monkeypatch.setenv("JUPYTERHUB_USER", "admin")
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    if told_of_it:
        address = f"http://127.0.0.1:{service.port}{PREFIX}"
        monkeypatch.setenv("HUB_ADMIN_LAB_SERVICE_URL", address)
    monkeypatch.setattr(HubIdentity, "hub_auth", faulty_hub.auth())
    jp_server_config.ServerApp.identity_provider_class = HubIdentity
    jp_server_config.HubAdminLab.hub_timeout = 1
    return jp_configurable_serverapp(config=jp_server_config)


def by(who, method, path):
    return [(method, f"{PREFIX}/api/{path}", f"token {who}-t0ken")]


@pytest.mark.parametrize("who", ["admin", "plain"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "info", None),
        ("GET", "rules", None),
        ("PUT", "rules/group/class-a", {"rule": {}}),
        ("DELETE", "rules/user/alice", None),
        ("GET", "servers", None),
        ("POST", "servers/alice/gpu/extend", {"until": None}),
        ("POST", "servers/alice/extend", {"until": None}),
        ("POST", "servers/alice/gpu/kernels/abc/shutdown", {}),
        ("POST", "preview", PREVIEW),
        ("POST", "notices", {"text": "Hello."}),
        ("GET", "audit", None),
    ],
)
async def test_each_is_relayed_with_the_visitors_own_token(call, service, who, method, path, body):
    seen = []

    def answer(request):
        seen.append(request.body)
        return 202, {"what": "the service says"}

    service.answer = answer
    status, told = await call(method, f"service/{path}", who=who, body=body)
    assert (status, told) == (202, {"what": "the service says"})
    assert service.asked == by(who, method, path)
    assert seen == [b"" if body is None else json.dumps(body).encode()]


@pytest.fixture
def response_of(jp_serverapp, http_server_client, jp_base_url):
    """Calls a path as it is; `call` quotes what is quoted."""

    async def response_of(method, path):
        try:
            return await http_server_client.fetch(
                f"{jp_base_url}hub-admin-lab/api/service/{path}",
                method=method,
                headers={"Authorization": "token admin-t0ken"},
                body="{}",
                allow_nonstandard_methods=True,
            )
        except HTTPClientError as error:
            return error.response

    return response_of


@pytest.fixture
def raw(response_of):
    """As that: the status and the body of what is answered."""

    async def raw(method, path):
        response = await response_of(method, path)
        return response.code, json.loads(response.body)

    return raw


@pytest.mark.parametrize("name", ["o%27brien%2Bx%40example.org", "alice%2F", "a%20b", "%C3%A9"])
async def test_a_name_stays_one_segment(raw, service, name):
    await raw("PUT", f"rules/server/{name}")
    assert service.asked == by("admin", "PUT", f"rules/server/{name}")


async def test_the_query_is_passed_on_without_what_is_not_the_services(call, service):
    queries = []

    def answer(request):
        queries.append(request.query)
        return 200, {}

    service.answer = answer
    query = {"user": "a&b", "limit": "10", "token": "secret", "1763900000000": ""}
    assert (await call("GET", "service/audit", params=query))[0] == 200
    assert (await call("DELETE", "service/rules/hub", params={"version": "3"}))[0] == 200
    assert queries == ["user=a%26b&limit=10", "version=3"]


async def test_nothing_to_say_is_204(call, service):
    service.answer = (204, "")
    assert await call("DELETE", "service/rules/user/alice") == (204, None)


# --- who may, and what ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("agents/checkin", "health", "metrics", "", "/rules", "rules/../agents/checkin"),
        *("rules/%2e%2e/agents/checkin", "./agents/checkin", "%61gents/checkin", "rules/a%0Ab"),
        *("rules/server/a%2F..", "rules/server/%2E%2E%2Fagents", "servers/a/b%2F.%2Fc/extend"),
        *("rulesx", "info/../../metrics", "x" * 5000),
    ],
)
async def test_there_is_nothing_else(raw, service, path):
    for method in VERBS:
        status, body = await raw(method, path)
        assert (status, body["code"]) == (404, "not_found")
    assert service.asked == []


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "rules"), ("DELETE", "servers/alice"), ("PUT", "preview")]
)
async def test_a_verb_that_it_does_not_take(call, service, method, path):
    status, body = await call(method, f"service/{path}", body={})
    assert (status, body["code"]) == (405, "method_not_allowed")
    assert service.asked == []


@pytest.mark.parametrize("method", VERBS)
@pytest.mark.parametrize("who", ["guest", "visitor"])
async def test_on_somebody_elses_server_nothing_is_asked(call, service, who, method):
    status, body = await call(method, "service/rules/hub", who=who, body={})
    assert (status, body["code"]) == (403, "not_at_home")
    assert service.asked == []


@pytest.mark.parametrize("method", VERBS)
async def test_without_a_token_nothing_is_asked(call, service, method):
    status, body = await call(method, "service/rules/hub", who=None, body={})
    assert (status, body["code"]) == (403, "forbidden")
    assert service.asked == []


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_another_site_is_refused(
    jp_serverapp, service, http_server_client, jp_base_url, method
):
    with pytest.raises(HTTPClientError) as refusal:
        await http_server_client.fetch(
            f"{jp_base_url}hub-admin-lab/api/service/rules/hub",
            method=method,
            headers={"Origin": "https://evil.example", "Cookie": "_xsrf=made-up"},
            body="{}",
            allow_nonstandard_methods=True,
        )
    assert refusal.value.code in {403, 404}
    assert service.asked == []


async def test_a_body_that_is_too_long(call, service):
    status, body = await call("POST", "service/preview", body={"drafts": "x" * 600_000})
    assert (status, body["code"]) == (413, "too_large")
    assert service.asked == []


# --- what the service answers, or somebody in its place -----------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429, 500, 503])
async def test_its_refusals_are_passed_on(call, service, status):
    refusal = {"message": "Class-a is not yours.", "code": "no_way", "detail": {"version": 3}}
    service.answer = (status, refusal)
    assert await call("PUT", "service/rules/group/class-a", body={}) == (status, refusal)


@pytest.mark.parametrize(
    ("asked", "told"), [("7", "7"), ("99999", "3600"), ("Mon, 23 Nov 2026 14:00:00 GMT", None)]
)
async def test_when_to_come_back_is_passed_on(response_of, service, asked, told):
    service.headers = {"Retry-After": asked}
    service.answer = (429, {"message": "Slowly.", "code": "too_many"})
    response = await response_of("GET", "rules")
    assert (response.code, response.headers.get("Retry-After")) == (429, told)


async def test_a_refusal_has_the_hub_asked_anew_who_the_visitor_is(call, service, jp_serverapp):
    hub = jp_serverapp.extension_manager.extension_points["hub_admin_lab"].app.hub
    await call("GET", "service/info")
    assert hub.hub_auth.cache
    service.answer = (403, {"message": "No.", "code": "forbidden"})
    await call("GET", "service/rules")
    assert not hub.hub_auth.cache


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ((503, "<h1>Service unavailable</h1>"), 503, "service_unavailable"),
        ((502, "<h1>Bad gateway</h1>"), 503, "service_unavailable"),
        ((404, "<h1>JupyterHub: 404</h1>"), 502, "service_bad_answer"),
        ((404, {"detail": "something else"}), 502, "service_bad_answer"),
        ((200, "<h1>Log in</h1>"), 502, "service_bad_answer"),
        ((302, ""), 502, "service_bad_answer"),
        ((500, "[" * 100_000), 502, "service_bad_answer"),
    ],
)
async def test_what_is_not_the_service(call, service, answer, status, code):
    service.answer = answer
    told = await call("GET", "service/rules")
    assert (told[0], told[1]["code"]) == (status, code)
    assert "<" not in told[1]["message"]


async def test_it_does_not_answer(call, service):
    service.answer = asyncio.Event()
    status, body = await call("GET", "service/rules")
    assert (status, body["code"]) == (504, "service_timeout")


async def test_it_is_not_there(call, service):
    service.stop()
    status, body = await call("GET", "service/rules")
    assert (status, body["code"]) == (502, "service_unreachable")


class TestWithoutAService:
    @pytest.fixture
    def told_of_it(self):
        return False

    async def test_there_is_none(self, call, service):
        status, body = await call("GET", "service/rules")
        assert (status, body["code"]) == (404, "no_service")
        info = (await call("GET", "info"))[1]
        assert info["service"] is None
        assert info["capabilities"]["edit_rules"] is False
        assert service.asked == []


# --- info -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"), [("admin", True), ("plain", False), ("guest", False), ("visitor", False)]
)
async def test_info_says_who_may_edit_rules(call, service, who, may):
    status, info = await call("GET", "info", who=who)
    assert (status, info["service"]) == (200, {"version": "1.0"})
    assert info["capabilities"]["edit_rules"] is may
    assert [path for _, path, _ in service.asked] == [f"{PREFIX}/api/health"]
    assert service.asked[0][2] is None  # nobody's token is needed for that


async def test_info_does_not_wait_for_the_service(call, service):
    service.stop()
    status, info = await call("GET", "info")
    assert (status, info["service"]) == (200, {"version": None})
