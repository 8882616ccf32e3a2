"""A kernel that computes without a word, under the stock jupyterhub-idle-culler."""

from __future__ import annotations

import time

import pytest
from real_hub import wait_for

IDLE_TIMEOUT = 12
BUSY_MAX = 8
# Seconds by which the Hub's word on activity, and the culler's look at it, may be late.
LATE = 3

CONFIG = f"""
def differences(spawner):
    if spawner.user.name == "bob":
        spawner.environment["HUB_ADMIN_LAB_PROTECT_RUNNING_WORK"] = "0"
    if spawner.user.name == "carol":
        spawner.environment["HUB_ADMIN_LAB_BUSY_MAX"] = "{BUSY_MAX}"


c.Spawner.pre_spawn_hook = differences
c.Spawner.oauth_client_allowed_scopes = ["read:hub"]
configure(c, idle_timeout={IDLE_TIMEOUT}, cull_every=1)
"""
SILENT = "import time; time.sleep(3600)"


@pytest.fixture(scope="module")
def culling_hub(start_hub):
    hub = start_hub(CONFIG)
    yield hub
    hub.stop()


def test_running_work_keeps_its_server_until_busy_max(culling_hub):
    hub = culling_hub
    busy_since = {}
    # One after the other: a start that takes long is inactivity too.
    for person in ("bob", "carol", "alice"):
        hub.start(person)
        hub.person(person).run(SILENT)
        busy_since[person] = time.monotonic()

    lived = {}

    def both_are_gone():
        for person in {"bob", "carol"} - lived.keys():
            if hub.server(person) is None:
                lived[person] = time.monotonic() - busy_since[person]
        return len(lived) == 2

    wait_for(both_are_gone, 60, "the cull of the other two")
    assert lived["bob"] > IDLE_TIMEOUT - LATE
    assert lived["carol"] > BUSY_MAX + IDLE_TIMEOUT - LATE
    # However long it took to start: so long after the others' end, and longer than it may be idle.
    enough = max(time.monotonic() + LATE, busy_since["alice"] + IDLE_TIMEOUT + LATE)
    wait_for(lambda: time.monotonic() > enough, 60, "more than an idle limit")
    assert hub.server("alice")
    culled = [line for line in hub.log().splitlines() if "ulling server" in line]
    assert any("bob" in line for line in culled)
    assert any("carol" in line for line in culled)
    assert not any("alice" in line for line in culled)


def test_a_hub_with_a_list_of_scopes(culling_hub):
    """The operator set a plain list; what plain users hold of it is nothing."""
    token = culling_hub.person("alice").token("alice")
    assert culling_hub.api("GET", "/info", token).status_code == 403
