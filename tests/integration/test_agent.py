"""The agent in real servers of a real Hub with its proxy and the hub service."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from real_hub import free_ports, wait_for

from hub_admin_lab import __version__

CONFIG = """
c.JupyterHub.load_roles[1]["scopes"] += ["custom:hub-admin-lab:rules!group=class-a"]
configure(
    c,
    service=True,
    service_address="http://127.0.0.1:{port}",
    # As on a hub whose servers are elsewhere: the reports go through the proxy.
    service_url=P["url"] + "/services/hub-admin-lab",
    kernel_idle_timeout=1800,
)
for service in c.JupyterHub.services:
    if service["name"] == "hub-admin-lab":
        service["environment"]["HUB_ADMIN_LAB_CHECKIN"] = "1"
"""
# As often as the service asks for here; the proxy's and the servers' words on activity come to the
# Hub each second, too.
REPORTS = 15


@pytest.fixture(scope="module")
def hub(start_hub):
    hub = start_hub(CONFIG.format(port=free_ports(1)[0]))
    hub.start("admin", "assistant", "alice", "bob")
    for user in ("alice", "bob"):
        wait_for(lambda user=user: reported(hub, user), 60, f"the first report of {user}")
    yield hub
    hub.stop()


def of(hub, user):
    """Return what the service knows of somebody's server."""
    answer = hub.person("admin").lab("GET", "service/servers", params={"user": user})
    [server] = answer.raise_for_status().json()["items"] or [None]
    return server


def reported(hub, user):
    server = of(hub, user)
    return server and server["report"]


def last_activity(hub, user):
    model = hub.api("GET", f"/users/{user}").raise_for_status().json()
    return model["last_activity"], model["servers"][""]["last_activity"]


def reports_pass(hub, user, count):
    """Wait until so many more reports came."""
    seen = set()
    begin = reported(hub, user)["at"]

    def enough():
        seen.add(reported(hub, user)["at"])
        return len(seen - {begin}) >= count

    wait_for(enough, 10 * count, f"{count} reports of {user}")


def settled(hub, user):
    """Return the last activity of a user and their server once it has stayed as it is."""
    before, since = last_activity(hub, user), time.monotonic()

    def at_rest():
        nonlocal before, since
        now = last_activity(hub, user)
        if now != before:
            before, since = now, time.monotonic()
        return time.monotonic() - since > 3

    wait_for(at_rest, 60, "an end of the activity of the start")
    return before


def test_reports_move_nobodys_last_activity(hub):
    before = settled(hub, "bob")
    reports_pass(hub, "bob", REPORTS)
    assert last_activity(hub, "bob") == before


def test_a_rule_holds_in_a_running_server_within_one_report(hub):
    alice, admin = hub.person("alice"), hub.person("admin")
    setting = alice.lab("GET", "idle").json()["kernels"]["idle_timeout"]
    # That is what configure() gives each server; a default of the service is no rule.
    assert (setting["value"], setting["source"]) == (1800, "config")
    rule = {"rule": {"kernels": {"idle_timeout": 77}, "bounds": {"min": 60, "max": 90}}}
    admin.lab("PUT", "service/rules/user/alice", json=rule).raise_for_status()

    def holds():
        return alice.lab("GET", "idle").json()["kernels"]["idle_timeout"]["value"] == 77

    wait_for(holds, 5, "the new rule")
    refused = alice.lab("PUT", "idle", json={"kernels": {"idle_timeout": 91}})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    alice.lab("PUT", "idle", json={"kernels": {"idle_timeout": 90}}).raise_for_status()
    assert alice.lab("DELETE", "idle").json()["kernels"]["idle_timeout"]["value"] == 77
    admin.lab("DELETE", "service/rules/user/alice").raise_for_status()
    wait_for(lambda: not holds(), 5, "the end of that rule")


def test_a_kernel_is_reported_and_stopped_when_somebody_asks(hub):
    alice, assistant = hub.person("alice"), hub.person("assistant")
    kernel = alice.run("1 + 1")

    def states():
        return {k["id"]: k["state"] for k in reported(hub, "alice")["kernels"]}

    wait_for(lambda: kernel in states(), 10, "the report of the kernel")
    path = f"service/servers/alice/kernels/{kernel}/shutdown"
    assert alice.lab("GET", "kernels").json()[0]["id"] == kernel
    asked = assistant.lab("POST", path, json={})
    assert asked.status_code == 202, asked.text
    wait_for(lambda: kernel not in states(), 20, "the end of the kernel")
    assert alice.lab("GET", "kernels").json() == []

    def recorded():
        log = hub.person("admin").lab("GET", "service/audit", params={"user": "alice"}).json()
        return [
            (entry["actor"], entry["outcome"])
            for entry in log["items"]
            if "kernel" in entry["action"]
        ]

    wait_for(lambda: recorded() == [("assistant", "done")], 10, "the record")


def test_somebody_in_the_page_is_activity_of_the_server(hub):
    assert reported(hub, "bob")["presence"] is None
    hub.person("bob").lab("POST", "presence", json={"page": "one"}).raise_for_status()

    wait_for(lambda: reported(hub, "bob")["presence"], 10, "the report of it")
    server = of(hub, "bob")
    [source] = [each for each in server["decision"]["sources"] if each["kind"] == "presence"]
    assert (source["at"], source["counts"]) == (server["report"]["presence"], True)
    assert server["report"]["tabs"] == 1


def test_its_owner_sees_when_it_ends_and_keeps_it(hub):
    bob = hub.person("bob")

    def deadline():
        return bob.lab("GET", "deadline").raise_for_status().json()

    told = deadline()
    assert told["current"] is True
    assert told["decision"]["verdict"] == "keep"
    until = datetime.now(timezone.utc) + timedelta(minutes=50)
    body = {"until": until.isoformat()}
    bob.lab("POST", "service/servers/bob/extend", json=body).raise_for_status()
    wait_for(lambda: deadline()["decision"]["reason_code"] == "kept", 5, "that it is kept")
    refused = bob.lab("POST", "service/servers/alice/extend", json=body)
    assert refused.status_code in {403, 404}
    assert refused.json()["message"]


def test_a_plain_user_may_edit_nothing_and_an_assistant_their_group(hub):
    rule = {"rule": {"kernels": {"idle_timeout": 3000}}}
    for person, path, status in (
        ("bob", "hub", 403),
        ("bob", "user/bob", 403),
        ("assistant", "hub", 403),
        ("assistant", "group/class-b", 403),
        ("assistant", "group/class-a", 200),
    ):
        answer = hub.person(person).lab("PUT", f"service/rules/{path}", json=rule)
        assert answer.status_code == status, (person, path, answer.text)
        assert status == 200 or answer.json()["code"] == "forbidden"
    infos = {who: hub.person(who).lab("GET", "info").json() for who in ("bob", "assistant")}
    assert all(info["service"]["version"] == __version__ for info in infos.values())
    may = {who: info["capabilities"]["edit_rules"] for who, info in infos.items()}
    assert may == {"bob": False, "assistant": True}


def test_the_page_cannot_report_in_the_servers_place(hub):
    for method in ("POST", "GET"):
        answer = hub.person("bob").lab(method, "service/agents/checkin", json={})
        assert answer.status_code == 404
