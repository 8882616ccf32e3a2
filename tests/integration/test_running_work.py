"""A kernel that computes without a word, under the stock jupyterhub-idle-culler."""

from __future__ import annotations

import pytest
from real_hub import wait_for

IDLE_TIMEOUT = 10
BUSY_MAX = 5

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
    people = ["alice", "bob", "carol"]
    hub.start(*people)
    for person in people:
        hub.person(person).run(SILENT)
    running = {person for person in people if hub.server(person)}
    assert running == set(people)

    wait_for(lambda: hub.server("bob") is None, 40, "the cull of the unprotected server")
    assert hub.server("alice")

    wait_for(lambda: hub.server("carol") is None, 40, "the cull beyond busy_max")
    assert hub.server("alice")
    culled = [line for line in hub.log().splitlines() if "ulling server" in line]
    assert any("bob" in line for line in culled)
    assert any("carol" in line for line in culled)
    assert not any("alice" in line for line in culled)


def test_a_hub_with_a_list_of_scopes(culling_hub):
    """The operator set a plain list; what plain users hold of it is nothing."""
    token = culling_hub.person("alice").token("alice")
    assert culling_hub.api("GET", "/info", token).status_code == 403
