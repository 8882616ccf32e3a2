"""What a server knows of its Hub, and whom it takes its visitor for."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from hub_admin_lab.hub.connection import HubConnection


def connect(**environ):
    auth = SimpleNamespace(
        api_url="http://hub.test/hub/api/",
        hub_prefix="/hub/",
        hub_host="",
        keyfile="",
        certfile="",
        client_ca="",
        get_token=lambda handler: "s3cret",
    )
    environ.setdefault("JUPYTERHUB_USER", "alice")
    return HubConnection.from_environment(SimpleNamespace(hub_auth=auth), environ)


def test_a_server_without_a_hub():
    assert HubConnection.from_environment(SimpleNamespace(), {}) is None
    assert connect(JUPYTERHUB_USER="") is None


def test_a_single_user_server_of_the_older_kind_is_on_a_hub_all_the_same():
    environ = {"JUPYTERHUB_USER": "alice", "JUPYTERHUB_BASE_URL": "/jupyter/"}
    connection = HubConnection.from_environment(SimpleNamespace(), environ)
    assert connection.hub_auth is None
    assert connection.prefix == "/jupyter/hub/"


def test_the_token_is_in_no_text():
    actor = connect().actor({"name": "alice", "kind": "user", "scopes": []}, None)
    assert actor.token == "s3cret"
    assert "s3cret" not in repr(actor) + str(actor)


def test_a_service_named_like_the_owner_is_not_the_owner():
    actor = connect().actor({"name": "alice", "kind": "service", "scopes": []}, None)
    assert actor.name == "service alice"
    assert not actor.at_home
    connection = connect(JUPYTERHUB_USER="service alice")
    assert not connection.actor({"name": "alice", "kind": "service", "scopes": []}, None).at_home
    assert connect().actor({"name": "alice", "kind": "user", "scopes": []}, None).at_home


@pytest.mark.parametrize("value", ["", "nonsense", "[]", '{"granted": 1}', '{"granted": [1]}'])
def test_nonsense_in_the_environment_counts_as_nothing(value):
    assert connect(HUB_ADMIN_LAB_SCOPES=value).granted.names == frozenset()


@pytest.mark.parametrize(
    ("held", "outdated"),
    [
        (["list:users", "servers", "read:servers"], False),
        (["list:users"], True),
        ([], True),
    ],
)
def test_permissions_that_the_owner_has_lost_are_noticed(held, outdated):
    granted = json.dumps({"granted": ["list:users", "servers"], "access": []})
    connection = connect(HUB_ADMIN_LAB_SCOPES=granted)
    actor = connection.actor({"name": "alice", "scopes": held}, None)
    assert connection.permissions_outdated(actor) is outdated
    visitor = connection.actor({"name": "bob", "scopes": held}, None)
    assert not connection.permissions_outdated(visitor)
