"""The plain snippet in docs/install.md grants what `configure()` grants."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from traitlets.config import Config

from hub_admin_lab import hub_config

INSTALL = Path(__file__).parents[2] / "docs" / "install.md"
ADMIN = ["list:users", "servers", "start:servers", "delete:servers", "tokens", "access:servers"]
ASSISTANT = ["list:users!group=class-a", "servers!group=class-a", "delete:servers!group=class-a"]
STUDENT = ["delete:servers!user=alice", "start:servers!user=alice", "tokens!user=alice"]


@pytest.fixture
def snippet():
    text = INSTALL.read_text()
    code = re.search(r"<!-- snippet.*?-->\s*```python\n(.*?)```", text, re.DOTALL)[1]
    c = Config()
    exec(compile(code, "docs/install.md", "exec"), {"c": c})
    return c


@pytest.mark.parametrize("held", [ADMIN, ASSISTANT, STUDENT])
async def test_it_grants_what_configure_grants(snippet, monkeypatch, held):
    monkeypatch.setattr("jupyterhub.scopes.get_scopes_for", lambda owner: set(held))
    spawner = SimpleNamespace(user=SimpleNamespace(orm_user=None, name="alice"), name="", db=None)
    configured = Config()
    hub_config.configure(configured, idle_timeout=0)
    ours = await configured.Spawner.oauth_client_allowed_scopes(spawner)
    assert snippet.Spawner.oauth_client_allowed_scopes(spawner) == ours
    assert bool(ours) is (held is not STUDENT)
    assert not {"tokens", "access:servers"} & set(ours)


def test_it_is_written_into_the_environment_as_nothing(snippet):
    assert snippet.Spawner.oauth_client_allowed_scopes == []
    assert bool(snippet.Spawner.oauth_client_allowed_scopes)


def test_it_sets_the_header_and_the_age_of_tokens(snippet):
    configured = Config()
    hub_config.configure(configured, idle_timeout=0)
    age = snippet.JupyterHub.oauth_token_expires_in
    assert age == configured.JupyterHub.oauth_token_expires_in
    headers = configured.JupyterHub.tornado_settings.get_value({})
    assert snippet.JupyterHub.tornado_settings == headers
