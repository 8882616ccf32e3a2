"""The hub service at a real Hub: who may do what with the tokens that the Hub itself gave them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import httpx
import pytest
from real_hub import free_ports, wait_for

RULES = "custom:hub-admin-lab:rules"
CONFIG = """
c.JupyterHub.load_roles[1]["scopes"] += ["custom:hub-admin-lab:rules!group=class-a"]
c.JupyterHub.load_roles.append(
    {{"name": "scraper", "services": ["scraper"], "scopes": ["read:metrics"]}}
)
c.JupyterHub.services.append({{"name": "scraper", "api_token": P["token"][::-1] + "m"}})
configure(
    c,
    service=True,
    service_address="http://127.0.0.1:{port}",
    idle_timeout=3600,
    kernel_idle_timeout=1800,
)
"""
SHORT = {"rule": {"server": {"idle_timeout": 1800}}}
RUN = "a-run-of-a-test"


class ServiceOfAHub:
    """The service's API, through the Hub's proxy."""

    def __init__(self, hub):
        self.hub = hub
        self.client = httpx.Client(base_url=hub.url, timeout=30)

    def call(self, method, path, token=None, **more):
        headers = {"Authorization": f"token {token}"} if token else {}
        url = f"/services/hub-admin-lab/{path}"
        return self.client.request(method, url, headers=headers, **more)

    def api(self, method, path, token=None, **more):
        return self.call(method, f"api/{path}", token, **more)

    def check_in(self, token, user, server="", sequence=0, **more):
        body = {
            "user": user,
            "server": server,
            "run": RUN,
            "sequence": sequence,
            "version": "1",
            **more,
        }
        return self.api("POST", "agents/checkin", token, json=body)

    def is_up(self):
        answer = self.api("GET", "health")
        return answer.status_code == 200 and answer.json()["ok"]


@pytest.fixture(scope="module")
def service_hub(start_hub):
    hub = start_hub(CONFIG.format(port=free_ports(1)[0]))
    hub.start("admin", "assistant", "alice", "carol")
    return hub


@pytest.fixture(scope="module")
def service(service_hub):
    found = ServiceOfAHub(service_hub)
    wait_for(found.is_up, 30, "the service")
    wait_for(lambda: _sees_alice(found), 60, "a look at all servers")
    yield found
    found.client.close()


def _sees_alice(found):
    token = found.hub.person("admin").token("admin")
    items = found.api("GET", "servers", token).json()["items"]
    return {"admin", "assistant", "alice", "carol"} <= {item["user"] for item in items}


@pytest.fixture(scope="module")
def tokens(service_hub):
    """The tokens of browsers, as they lie on the servers that they visited; and of servers."""
    people = {name: service_hub.person(name) for name in ("admin", "assistant", "alice", "carol")}
    found = {name: person.token(name) for name, person in people.items()}
    found["admin-at-alices"] = people["admin"].token("alice")
    found["assistant-at-alices"] = people["assistant"].token("alice")
    for name in people:
        environment = people[name].spy(name)["environment"]
        found[f"{name}s-server"] = environment["JUPYTERHUB_API_TOKEN"]
    return found


def test_its_address_reaches_the_servers(service_hub):
    environment = service_hub.person("alice").spy("alice")["environment"]
    assert environment["HUB_ADMIN_LAB_SERVICE_URL"].startswith("http://127.0.0.1:")


def test_the_custom_scope_comes_with_the_token_filtered(service_hub, tokens):
    scopes = service_hub.whoami(tokens["assistant"])["scopes"]
    assert f"{RULES}!group=class-a" in scopes
    assert not [s for s in service_hub.whoami(tokens["alice"])["scopes"] if s.startswith("custom")]


def test_what_everybody_is_to_it(service, tokens):
    infos = {name: service.api("GET", "info", token) for name, token in tokens.items()}
    assert infos["admin"].json()["may_edit_hub"]
    assert infos["assistant"].json()["may_edit_groups"] == ["class-a"]
    for name in ("alice", "carol", "admin-at-alices", "assistant-at-alices"):
        info = infos[name].json()
        assert (info["may_edit_hub"], info["may_edit_groups"]) == (False, []), name
    for name in ("admins-server", "alices-server"):
        assert infos[name].status_code == 403


def test_who_is_told_that_something_has_changed(service, service_hub, tokens):
    """What each watcher of a panel asks, with its visitor's token."""
    everybody = {"pages": [{"sort": "name"}]}

    def look():
        return service.api("POST", "watch", tokens["admin"], json=everybody).json()["pages"][0]

    def marks():
        wait_for(look, 30, "a look at the users")
        return look()["marks"]

    before = marks()
    assert {"admin", "alice", "bob", "carol"} <= before.keys()
    service_hub.start("bob")
    wait_for(lambda: marks()["bob"] != before["bob"], 30, "another mark")
    service_hub.stop_server("bob")
    for name in ("assistant", "alice", "alices-server", "assistant-at-alices"):
        assert service.api("POST", "watch", tokens[name], json=everybody).status_code == 403, name


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("admin", "rules/hub", 200),
        ("admin", "rules/group/class-b", 200),
        ("assistant", "rules/group/class-a", 200),
        ("assistant", "rules/user/alice", 200),
        ("assistant", "rules/user/bob", 200),  # whose server does not run
        ("assistant", "rules/server/alice/", 200),
        ("assistant", "rules/hub", 403),
        ("assistant", "rules/group/class-b", 403),
        ("assistant", "rules/user/carol", 403),
        ("assistant", "rules/server/carol", 403),
        ("alice", "rules/user/alice", 403),
        ("alice", "rules/server/alice", 403),
        ("admin-at-alices", "rules/hub", 403),
        ("assistant-at-alices", "rules/group/class-a", 403),
        ("alices-server", "rules/server/alice", 403),
        ("admins-server", "rules/hub", 403),
    ],
)
def test_who_edits_which_rules(service, tokens, who, path, status):
    answer = service.api("PUT", path, tokens[who], json=SHORT)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert service.api("DELETE", path, tokens[who]).status_code == 204


def test_the_ceilings_bind_an_assistant(service, tokens):
    ceiling = {"rule": {"ceilings": {"server": {"idle_timeout": 7200}}}}
    assert service.api("PUT", "rules/hub", tokens["admin"], json=ceiling).status_code == 200
    try:
        beyond = {"rule": {"server": {"idle_timeout": 7201}}}
        answer = service.api("PUT", "rules/group/class-a", tokens["assistant"], json=beyond)
        assert answer.status_code == 400, answer.text
        assert answer.json()["detail"][0]["field"] == "rule.server.idle_timeout"
    finally:
        assert service.api("DELETE", "rules/hub", tokens["admin"]).status_code == 204


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("admin", {"admin", "assistant", "alice", "carol"}),
        ("assistant", {"assistant", "alice"}),
        ("alice", {"alice"}),
        ("carol", {"carol"}),
        ("admin-at-alices", set()),
        ("assistant-at-alices", set()),
    ],
)
def test_who_sees_which_servers(service, tokens, who, seen):
    view = service.api("GET", "servers", tokens[who]).raise_for_status().json()
    assert {item["user"] for item in view["items"]} == seen


def test_the_configured_limits_hold_where_no_rule_is_set(service, tokens):
    (alice,) = service.api("GET", "servers", tokens["alice"]).json()["items"]
    assert alice["groups"] == ["class-a"]
    assert alice["rules"]["server"]["idle_timeout"]["value"] == 3600
    assert alice["rules"]["kernels"]["idle_timeout"]["value"] == 1800
    assert alice["decision"]["verdict"] == "keep"


def test_who_reads_which_rules_and_what_of_the_log(service, tokens):
    paths = ["rules/hub", "rules/user/bob", "rules/server/alice/", "rules/user/carol"]
    for path in paths:
        assert service.api("PUT", path, tokens["admin"], json=SHORT).status_code == 200
    try:
        seen = {
            who: {rule["name"] for rule in service.api("GET", "rules", token).json()["rules"]}
            for who, token in tokens.items()
            if not who.endswith("-server")
        }
        assert seen == {
            "admin": {"", "bob", "alice/", "carol"},
            "assistant": {"", "bob", "alice/"},
            "alice": {"", "alice/"},
            "carol": {"", "carol"},
            "admin-at-alices": {""},
            "assistant-at-alices": {""},
        }
        # Bob, whose server does not run, is one of the group by what the Hub says of it.
        log = service.api("GET", "audit?action=change-rule", tokens["assistant"]).json()["items"]
        assert {entry["user"] for entry in log} >= {"alice", "bob"}
        assert "carol" not in {entry["user"] for entry in log if entry["actor"] == "admin"}
        own = service.api("GET", "audit", tokens["carol"]).json()["items"]
        assert {entry["user"] for entry in own} == {"carol"}
        assert service.api("GET", "audit", tokens["admin-at-alices"]).json()["items"] == []
    finally:
        for path in paths:
            assert service.api("DELETE", path, tokens["admin"]).status_code == 204


def test_a_preview_stops_nothing(service, service_hub, tokens):
    draft = {"level": "group", "name": "class-a", "rule": {"server": {"idle_timeout": 1}}}
    asked = {"drafts": [draft]}
    answer = service.api("POST", "preview", tokens["assistant"], json=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["stops_total"] + found["keeps_total"] == 2  # alice's, and the assistant's own
    assert service_hub.server("alice")["ready"]
    assert service.api("POST", "preview", tokens["alice"], json=asked).status_code == 403


def test_who_sends_messages_to_whom(service, tokens):
    until = (datetime.now(timezone.utc) + timedelta(minutes=5)).isoformat()

    def send(who, kind, name):
        notice = {"to": {"kind": kind, "name": name}, "text": "Hello", "until": until}
        return service.api("POST", "notices", tokens[who], json=notice).status_code

    assert send("assistant", "user", "bob") == 201
    assert send("assistant", "user", "carol") == 403
    assert send("assistant", "everybody", "") == 403
    assert send("alice", "user", "alice") == 403
    assert send("admin-at-alices", "everybody", "") == 403
    assert send("admin", "user", "bob") == 201


@pytest.mark.parametrize(
    ("who", "user", "status"),
    [
        ("alice", "alice", 200),
        ("assistant", "alice", 200),
        ("admin", "carol", 200),
        ("alice", "carol", 404),
        ("assistant", "carol", 404),
        ("admin-at-alices", "admin", 404),
        ("alices-server", "alice", 403),
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_who_keeps_which_server(service, tokens, who, user, status, slash):
    path = f"servers/{user}{slash}/extend"
    answer = service.api("POST", path, tokens[who], json={"until": "2999-01-01T00:00:00Z"})
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["until"]
        nothing = service.api("POST", path, tokens[who], json={"until": None})
        assert nothing.json() == {"until": None, "asked": None}


@pytest.mark.parametrize(
    "who", ["alice", "admin-at-alices", "assistant-at-alices", "carol", "admin"]
)
def test_no_browsers_token_reports(service, tokens, who):
    answer = service.check_in(tokens[who], "alice")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_server_reports_for_itself_only(service, service_hub, tokens):
    own = tokens["alices-server"]
    for user, server in (("carol", ""), ("alice", "gpu"), ("admin", "")):
        assert service.check_in(own, user, server).status_code == 403
    answer = service.check_in(own, "alice")
    assert answer.status_code == 200, answer.text
    token = answer.json()["token"]
    service_hub.secrets.add(token)
    again = service.check_in(token, "alice", sequence=1)
    assert (again.status_code, again.json()["token"]) == (200, None)
    assert service.check_in(token, "carol", sequence=2).status_code == 403
    # It is worth nothing at the Hub, nor for anything else here.
    assert service_hub.api("GET", "/user", token).status_code == 403
    assert service.api("GET", "info", token).status_code == 401


def test_cookies_alone_open_nothing(service_hub):
    """What a page of another site, or of another server, can have the admin's browser send."""
    admin = service_hub.person("admin")
    url = "/services/hub-admin-lab/api/"
    assert admin.get(url + "rules").status_code == 401
    answer = admin.post(url + "notices", content="{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 401


def test_the_metrics(service, service_hub, tokens):
    scraper = service_hub.token[::-1] + "m"
    service_hub.secrets.add(scraper)
    answer = service.call("GET", "metrics", scraper)
    assert answer.status_code == 200
    assert "hub_admin_lab_active_servers" in answer.text
    assert service.call("GET", "metrics", tokens["admin"]).status_code == 403


def test_what_is_done_in_the_panel_is_in_the_log(service, service_hub, tokens):
    def entries(who):
        items = service.api("GET", "audit?user=carol", tokens[who]).raise_for_status().json()
        return [entry for entry in items["items"] if entry["told"]]

    def ended():
        return [e for e in entries("admin") if e["outcome"] == "done"]

    assert service_hub.person("admin").lab("DELETE", "users/carol/server").status_code < 300
    wait_for(ended, 30, "the entry in the log")
    (entry,) = entries("admin")
    assert (entry["actor"], entry["action"]) == ("admin", "stop-server")
    assert (entry["user"], entry["server"]) == ("carol", "")
    assert entries("alice") == []
    told = {"id": "0" * 16, "action": "stop-server", "target": "carol", "outcome": "done"}
    for who in ("admin-at-alices", "assistant-at-alices", "alice", "alices-server"):
        answer = service.api("POST", "audit", tokens[who], json={"entries": [told]})
        assert answer.status_code == 403, who
    # Her tokens have ended with her server.
    service_hub.start("carol")
    answer = service_hub.person("carol").lab("GET", "service/audit?user=carol")
    assert [each for each in answer.raise_for_status().json()["items"] if each["told"]] == [entry]


def test_rules_outlive_the_hub(service, service_hub, tokens):
    """The Hub is killed, its service goes with it, and the next one knows what was set."""
    assert service.api("PUT", "rules/hub", tokens["admin"], json=SHORT).status_code == 200
    before = service.api("GET", "rules", tokens["admin"]).json()["rules"]
    service_hub.crash()
    service_hub.run_again()
    wait_for(service.is_up, 60, "the service")
    assert service.api("GET", "rules", tokens["admin"]).json()["rules"] == before
    assert service.api("DELETE", "rules/hub", tokens["admin"]).status_code == 204
