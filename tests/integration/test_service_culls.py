"""The hub service at work on a real hub: it stops who is due by the rules, and nobody else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from real_hub import free_ports, wait_for

from hub_admin_lab.hub_config.at_start import agent_key

STUB = Path(__file__).parent / "stub" / "stub_server.py"
NAME = "hub-admin-lab"

CONFIG = """
# One culler too many: it is taken out.
c.JupyterHub.services.append(
    {{"name": "cull-idle", "command": [sys.executable, "-m", "jupyterhub_idle_culler"]}}
)
c.JupyterHub.load_roles += [
    {{"name": "cull-idle", "scopes": ["delete:servers"], "services": ["cull-idle"]}},
    # Whoever looks on in these tests.
    {{"name": "rules", "scopes": ["custom:hub-admin-lab:rules"], "services": ["arranger"]}},
]
c.Spawner.cmd = [sys.executable, {stub!r}]
c.Spawner.args = []
configure(
    c,
    service=True,
    service_address="http://127.0.0.1:{port}",
    idle_timeout=16,
    cull_every=1,
)
"""


class Service:
    def __init__(self, hub):
        self.hub = hub

    def ask(self, method, path, **more):
        headers = {"Authorization": f"token {self.hub.token}"}
        url = f"/services/{NAME}/api/{path}"
        return self.hub._client.request(method, url, headers=headers, **more)

    def get(self, path, **more):
        return self.ask("GET", path, **more).raise_for_status().json()

    def set_rule(self, path, rule):
        answer = self.ask("PUT", f"rules/{path}", json={"rule": rule})
        assert answer.is_success, answer.text

    def stops(self):
        """The record of all stops, the first one first."""
        found = self.get("audit", params={"action": "stop-server", "limit": 200})["items"]
        return found[::-1]


@pytest.fixture(scope="module")
def service(start_hub):
    (port,) = free_ports(1)
    hub = start_hub(CONFIG.format(port=port, stub=str(STUB)))
    yield Service(hub)
    hub.stop()


def test_the_hub_has_one_culler_and_says_which_it_took_out(service):
    assert set(service.hub.api("GET", "/services").json()) == {"arranger", NAME}
    assert "the service 'cull-idle' is taken out" in service.hub.log()
    wait_for(lambda: service.ask("GET", "health").is_success, 20, "the database and the hub")
    wait_for(lambda: service.get("health")["last_pass"], 20, "a pass of the culler")


def test_no_secret_of_the_service_is_in_a_database_or_a_log(service):
    state = service.hub.log_file.parent
    key = agent_key(bytes.fromhex((state / "cookie_secret").read_text().strip()))
    for file in [*state.glob("*.sqlite*"), service.hub.log_file]:
        assert key.encode() not in file.read_bytes(), file
    assert (state / "hub-admin-lab.sqlite").exists()


def test_who_is_due_is_stopped_the_shorter_limit_first_and_an_exempt_one_is_kept(service):
    hub = service.hub
    service.set_rule("group/class-a", {"server": {"idle_timeout": 6}})
    end = datetime.now(timezone.utc) + timedelta(days=3)
    exempt = {"reason": "Runs over the weekend", "until": end.isoformat()}
    service.set_rule("user/carol", {"exempt": exempt})
    hub.start("alice", "carol", "dave")

    wait_for(lambda: hub.server("alice") is None, 30, "the end of alice's server")
    assert hub.server("dave")["ready"]
    wait_for(lambda: hub.server("dave") is None, 40, "the end of dave's server")
    assert hub.server("carol")["ready"]

    wait_for(lambda: len(service.stops()) == 2, 10, "both records")
    first, second = service.stops()
    for entry, user, rule, limit in (
        (first, "alice", "group class-a", "6 s"),
        (second, "dave", "default", "16 s"),
    ):
        assert (entry["actor"], entry["user"], entry["server"]) == ("hub_admin_lab", user, "")
        assert entry["rule"] == rule
        assert limit in entry["reason"]
        assert (entry["outcome"], entry["message"]) == ("done", "")
    (carol,) = service.get("servers")["items"]
    assert (carol["user"], carol["decision"]["verdict"]) == ("carol", "keep")
    assert "Runs over the weekend" in carol["decision"]["reason"]

    log = [json.dumps(entry) for entry in service.stops()]
    assert not [line for line in log if hub.token in line]


def test_a_rule_that_changes_is_applied_at_once(service):
    assert service.hub.server("carol")["ready"]
    service.set_rule("user/carol", {"server": {"idle_timeout": 1}})
    wait_for(lambda: service.hub.server("carol") is None, 20, "the end of carol's server")
    wait_for(lambda: len(service.stops()) == 3, 10, "its record")
    assert service.stops()[-1]["rule"] == "user carol"
