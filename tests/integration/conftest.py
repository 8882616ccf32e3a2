"""Real hubs, shared by the tests of a session: each server in them costs seconds."""

from __future__ import annotations

import pytest
from real_hub import RealHub, proxy_command

USERS = [
    "admin",
    "assistant",
    "alice",
    "bob",
    "carol",
    "dave",
    "élodie",
    "o'brien+x@example.org",
]
GROUPS = {"class-a": ["alice", "bob"], "class-b": ["carol", "élodie"]}

# The operator had a callable there, and asks for more than the owners hold.
MAIN = """
async def operators_scopes(spawner):
    return ["read:hub", "list:users", "read:servers!user"]


class NoFreeGpu(Exception):
    jupyterhub_message = "no node with a free GPU"


def profile(spawner):
    if spawner.user.name == "carol":
        spawner.args = [*spawner.args, "--MappingKernelManager.cull_idle_timeout=77"]
    if spawner.user.name == "dave":
        raise NoFreeGpu


c.Spawner.oauth_client_allowed_scopes = operators_scopes
c.Spawner.pre_spawn_hook = profile
c.JupyterHub.tornado_settings = {"headers": {"X-Operator": "yes"}, "slow_spawn_timeout": 0}
configure(c, kernel_idle_timeout=1800, kernel_cull_connected=False)
"""


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.hub)


@pytest.fixture(scope="session")
def hubs():
    """All hubs that this session started."""
    hubs = []
    yield hubs
    for hub in hubs:
        hub.stop()


@pytest.fixture(scope="session")
def start_hub(hubs, tmp_path_factory):
    """Start a hub that ends with the session."""
    if proxy_command() is None:
        pytest.fail("configurable-http-proxy is missing: run `jlpm install`.")

    def start(config, users=USERS, groups=GROUPS, **options):
        state = tmp_path_factory.mktemp("hub")
        hub = RealHub(state, users=users, groups=groups, config=config, **options)
        hubs.append(hub)
        return hub.wait()

    return start


@pytest.fixture(scope="session")
def hub(start_hub):
    """The hub of most tests, with the servers of four people running."""
    hub = start_hub(MAIN)
    hub.start("admin", "assistant", "alice")
    return hub
