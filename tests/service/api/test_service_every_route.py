"""Every route: without a token, with a wrong one, of a server, of a guest, from another site."""

from __future__ import annotations

import pytest

ROUTES = [
    ("GET", "api/info"),
    ("GET", "api/rules"),
    ("PUT", "api/rules/hub"),
    ("DELETE", "api/rules/hub"),
    ("PUT", "api/rules/group/class-a"),
    ("DELETE", "api/rules/server/alice/"),
    ("GET", "api/servers"),
    ("POST", "api/preview"),
    ("POST", "api/servers/alice/extend"),
    ("POST", "api/servers/alice//extend"),
    ("POST", "api/servers/bob/gpu/extend"),
    ("POST", "api/servers/alice/kernels/k1/shutdown"),
    ("POST", "api/notices"),
    ("GET", "api/audit"),
    ("POST", "api/audit"),
    ("POST", "api/watch"),
    ("POST", "api/agents/checkin"),
    ("GET", "metrics"),
]
CHECK_IN = ("POST", "api/agents/checkin")
every_route = pytest.mark.parametrize(("method", "path"), ROUTES)


def test_the_list_is_complete():
    """Routes are added with the tests that everything here is."""
    from hub_admin_lab.service.routes import routes

    patterns = [pattern for pattern, _, _ in routes("/p/", None)]
    assert len(patterns) == 15  # `health` and what is unknown among them


@every_route
async def test_without_a_token(case, method, path):
    answer = await case.call(method, path, body={} if method != "GET" else None)
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert case.hub.asked == []


@every_route
async def test_with_a_token_that_the_hub_does_not_know(case, method, path):
    body = case.report() if path.endswith("checkin") else None
    answer = await case.call(method, path, "nobodys", body=body)
    assert (answer.status, answer.code) == (401, "unauthorized")


@every_route
@pytest.mark.parametrize(
    "authorization",
    ["admin", "token", "token ", "Basic YWRtaW46YWRtaW4=", "token a b", "token é", "Bearer\tadmin"],
)
async def test_with_what_is_no_token(case, method, path, authorization):
    headers = {"Authorization": authorization}
    answer = await case.call(method, path, headers=headers)
    assert answer.status == 401
    assert case.hub.asked == []


@every_route
async def test_a_token_in_the_address_or_a_cookie_is_none(case, method, path):
    """So no page of another site can have a browser act: it can send those, not the header."""
    headers = {"Cookie": "jupyterhub-services=admin; token=admin; _xsrf=x", "Origin": "null"}
    answer = await case.call(method, f"{path}?token=admin", headers=headers)
    assert answer.status == 401


@every_route
async def test_a_form_of_another_site(case, method, path):
    headers = {"Cookie": "token=admin", "Content-Type": "text/plain", "Origin": "http://evil.test"}
    answer = await case.call(method, path, headers=headers, raw='{"rule": {}}')
    assert answer.status == 401
    assert "Access-Control-Allow-Origin" not in answer.headers


@every_route
async def test_another_site_may_not_even_ask(case, method, path):
    headers = {"Origin": "http://evil.test", "Access-Control-Request-Method": method}
    answer = await case.call("OPTIONS", path, headers=headers)
    assert answer.status == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route != CHECK_IN])
@pytest.mark.parametrize("token", ["alices-server", "admins-server", "admin-small", "alice-small"])
async def test_a_servers_own_token_opens_nothing_but_its_reports(case, method, path, token):
    answer = await case.call(method, path, token, body={} if method != "GET" else None)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert "server" in answer.json["message"].lower()


GUEST = {
    ("GET", "api/info"): 200,
    ("GET", "api/rules"): 200,
    ("GET", "api/servers"): 200,
    ("GET", "api/audit"): 200,
    ("POST", "api/servers/alice/extend"): 404,
    ("POST", "api/servers/alice//extend"): 404,
    ("POST", "api/servers/bob/gpu/extend"): 404,
    ("POST", "api/servers/alice/kernels/k1/shutdown"): 404,
}
BODIES = {
    "api/rules/hub": {"rule": {}},
    "api/rules/group/class-a": {"rule": {}},
    "api/preview": {"drafts": [{"level": "hub", "rule": None}]},
    "api/notices": {
        "to": {"kind": "everybody"},
        "text": "x",
        "until": "2026-03-02T00:00:00Z",
    },
    "api/watch": {"pages": [{}]},
}


@every_route
@pytest.mark.parametrize("token", ["bob-at-alices", "admin-at-alices", "nosy"])
async def test_what_a_visitor_leaves_on_a_server_opens_nothing_of_theirs(case, method, path, token):
    body = case.report() if path.endswith("checkin") else BODIES.get(path, {})
    body = None if method in ("GET", "DELETE") else body
    answer = await case.call(method, path, token, body=body)
    assert answer.status == GUEST.get((method, path), 403), answer.body
    if path == "api/servers":
        assert answer.json["items"] == []
    if (method, path) == ("GET", "api/audit"):
        assert answer.json["items"] == []


async def test_one_who_asks_too_often(case):
    answers = [await case.api("GET", "info", "alice") for _ in range(201)]
    assert [answer.status for answer in answers] == [200] * 200 + [429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert (await case.api("GET", "info", "bob")).status == 200
    case.seconds += 0.1
    assert (await case.api("GET", "info", "alice")).status == 200


async def test_methods_that_somebody_made_up_are_no_metrics(make_case):
    case = await make_case(metrics_open=True)
    for number in range(3):
        assert (await case.call(f"ODD{number}", "api/info", "admin")).status == 405
    text = (await case.call("GET", "metrics")).body.decode()
    assert 'method="other",route="info",status="405"} 3.0' in text
    assert "ODD" not in text


async def test_unknown_addresses_and_methods(case):
    for path in ("api/", "api/nothing", "", "api/rules/hub/x", "api/rules/x/x", "api/servers/a"):
        answer = await case.call("GET", path, "admin")
        assert (answer.status, answer.code) == (404, "not_found"), path
    answer = await case.call("PATCH", "api/rules/hub", "admin", body={})
    assert (answer.status, answer.code) == (405, "method_not_allowed")


@every_route
async def test_headers(case, method, path):
    answer = await case.call(method, path, "admin", body={} if method == "POST" else None)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers
    assert "Set-Cookie" not in answer.headers


async def test_a_body_that_is_too_long(case):
    answer = await case.api("PUT", "rules/hub", "admin", raw=b"x" * (256 * 1024 + 1))
    assert (answer.status, answer.code) == (413, "too_large")
    # Far too long: tornado breaks it off while it comes in.
    answer = await case.api("PUT", "rules/hub", "admin", raw=b"x" * (1024 * 1024 + 1))
    assert answer.status in (400, 599)
    assert (await case.api("GET", "info", "admin")).status == 200


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"rule": {"server": NaN}}', b"[" * 100_000])
async def test_a_body_that_is_no_json(case, body):
    answer = await case.api("PUT", "rules/hub", "admin", raw=body)
    assert (answer.status, answer.code) == (400, "invalid_request")


async def test_the_hub_is_away(case):
    case.hub.away = True
    answer = await case.api("GET", "info", "admin")
    assert (answer.status, answer.code) == (502, "hub_unreachable")
    case.hub.away = False
    assert (await case.api("GET", "info", "admin")).status == 200
    # To look, an answer of a minute ago is good enough; to change something it is not.
    case.hub.away = True
    assert (await case.api("GET", "info", "admin")).status == 200
    assert (await case.put_rule("admin", ("hub", ""), {})).status == 502


async def test_what_the_hub_says_is_no_jupyterhub(case):
    for model in ([], "admin", {"name": "admin"}, {"kind": "user", "name": "", "scopes": []}):
        case.hub.tokens["odd"] = model
        answer = await case.api("GET", "info", "odd")
        assert (answer.status, answer.code) == (502, "hub_bad_answer")


async def test_the_database_is_away(case, monkeypatch):
    from hub_admin_lab.errors import StoreUnavailable

    async def away(*_args, **_more):
        raise StoreUnavailable("The database cannot be reached.")

    monkeypatch.setattr(case.store, "put_rule", away)
    answer = await case.put_rule("admin", ("hub", ""), {"server": {"idle_timeout": 60}})
    assert (answer.status, answer.code) == (503, "store_unavailable")
    assert (await case.api("GET", "rules", "admin")).json["rules"] == []


async def test_a_bug_shows_nothing_of_it(case, monkeypatch, caplog):
    async def broken(*_args, **_more):
        raise RuntimeError("secret-of-the-code")

    monkeypatch.setattr(case.store, "audit", broken)
    answer = await case.api("GET", "audit", "admin")
    assert (answer.status, answer.code) == (500, "internal")
    assert b"secret-of-the-code" not in answer.body
    assert "secret-of-the-code" in caplog.text  # but the log does


async def test_no_token_in_the_log(case, caplog):
    caplog.set_level("DEBUG")
    await case.api("GET", "nothing?token=admin-api", "admin-api")
    await case.api("GET", "info?token=admin-api", "admin-api")
    first = await case.check_in("alices-server")
    await case.check_in(first.json["token"])
    await case.check_in(first.json["token"] + "x")
    assert "GET" in caplog.text
    for secret in ("admin-api", "alices-server", first.json["token"]):
        assert secret not in caplog.text
