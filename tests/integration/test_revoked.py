"""A permission that the hub takes away while the panel is open."""

from __future__ import annotations

import pytest

# Roles change where they are kept: in the Hub's configuration.
CONFIG = """
from pathlib import Path

if Path(P["state"], "revoked").exists():
    for role in c.JupyterHub.load_roles:
        if role["name"] == "assistant":
            role["scopes"].remove("servers!group=class-a")
c.JupyterHub.cleanup_servers = False
configure(c)
"""


@pytest.fixture
def hub(start_hub):
    """A hub with a proxy that outlives it."""
    hub = start_hub(CONFIG, own_proxy=True)
    hub.start("assistant")
    yield hub
    hub.stop()


def bob(person):
    items = person.lab("GET", "users").raise_for_status().json()["items"]
    return next(item for item in items if item["name"] == "bob")


def test_a_revoked_scope_is_refused_and_then_known(hub):
    assistant = hub.person("assistant")
    assert assistant.lab("GET", "info").json()["capabilities"]["start_servers"]
    assert bob(assistant)["servers"][0]["can"]["start"]
    hub.crash()
    (hub.log_file.parent / "revoked").touch()
    hub.run_again()
    assert bob(assistant)["servers"][0]["can"]["start"]  # who they are is kept for minutes
    answer = assistant.lab("POST", "users/bob/server")
    # With a filter that leaves somebody out the Hub says that they are not found.
    assert (answer.status_code, answer.json()["code"]) == (404, "hub_not_found")
    assert answer.json()["message"] == "No access to resources or resources not found"
    assert hub.server("bob") is None
    info = assistant.lab("GET", "info").json()
    assert info["capabilities"]["list_users"]
    found = bob(assistant)
    assert not found["servers"][0]["can"]["start"]
    assert not found["may_start"]
