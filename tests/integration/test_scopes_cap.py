"""No server ever receives more power than its owner has (rule 2), on a real hub.

`spy` is code in somebody's server that takes the token of whoever visits.
"""

from __future__ import annotations

import pytest

POWERS = {
    "list:users",
    "servers",
    "start:servers",
    "delete:servers",
    "tokens",
    "admin:users",
    "admin:servers",
    "read:hub",
    "shutdown",
    "groups",
}


def names(scopes):
    return {scope.partition("!")[0] for scope in scopes}


def test_a_plain_user_at_home(hub):
    scopes = hub.whoami(hub.person("alice").token("alice"))["scopes"]
    assert not names(scopes) & (POWERS - {"servers"})
    assert all(scope.endswith(("!user=alice", "!server=alice/")) for scope in scopes)


def test_an_admin_at_home(hub):
    token = hub.person("admin").token("admin")
    scopes = set(hub.whoami(token)["scopes"])
    assert {"list:users", "read:servers", "delete:servers", "read:roles:users"} <= scopes
    assert scopes & {"servers", "start:servers"}
    assert "access:servers" not in scopes
    assert not names(scopes) & {"tokens", "admin:users", "admin:servers", "shutdown", "groups"}
    assert hub.api("GET", "/users", token).status_code == 200


def test_an_assistant_at_home(hub):
    token = hub.person("assistant").token("assistant")
    scopes = set(hub.whoami(token)["scopes"])
    assert "list:users!group=class-a" in scopes
    assert "delete:servers!group=class-a" in scopes
    assert not POWERS & scopes
    assert {u["name"] for u in hub.api("GET", "/users", token).json()} == {"alice", "bob"}
    assert hub.api("POST", "/users/carol/server", token).status_code in {403, 404}
    assert hub.api("DELETE", "/users/admin/server", token).status_code in {403, 404}


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/users", {}),
        ("POST", "/users/bob/server", {}),
        ("DELETE", "/users/assistant/server", {}),
        ("DELETE", "/users/alice/server", {}),
        ("POST", "/users/admin/tokens", {"json": {}}),
        ("POST", "/users/alice/tokens", {"json": {}}),
        ("POST", "/users/mallory", {}),
        ("GET", "/info", {}),
        ("POST", "/shutdown", {}),
        ("GET", "/groups", {}),
    ],
)
def test_what_an_admin_leaves_at_a_students_server_is_worth_nothing(hub, method, path, more):
    token = hub.person("admin").token("alice")
    assert hub.whoami(token)["name"] == "admin"
    assert hub.api(method, path, token, **more).status_code in {403, 404}


def test_an_admins_token_of_a_students_server_opens_only_that_server(hub):
    scopes = set(hub.whoami(hub.person("admin").token("alice"))["scopes"])
    assert not POWERS & names(scopes)
    assert {s for s in scopes if s.startswith("access:")} == {"access:servers!server=alice/"}


def test_an_admin_leaves_only_the_assistants_powers_at_the_assistants_server(hub):
    token = hub.person("admin").token("assistant")
    assert hub.whoami(token)["name"] == "admin"
    listed = {user["name"] for user in hub.api("GET", "/users", token).json()}
    assert listed == {"alice", "bob"}
    assert hub.api("POST", "/users/carol/server", token).status_code in {403, 404}
    assert hub.api("DELETE", "/users/admin/server", token).status_code in {403, 404}
    assert hub.api("GET", "/info", token).status_code == 403


def test_the_operators_own_scopes_are_kept_and_capped(hub):
    """See `operators_scopes` of the hub: an async callable."""
    admin = hub.person("admin")
    assert hub.api("GET", "/info", admin.token("admin")).status_code == 200
    assert hub.api("GET", "/info", admin.token("alice")).status_code == 403
    alice = set(hub.whoami(hub.person("alice").token("alice"))["scopes"])
    assert "read:servers!user=alice" in alice


def test_the_environment_shows_no_scopes(hub):
    for person in ("admin", "assistant", "alice"):
        environment = hub.person(person).spy(person)["environment"]
        assert environment["JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES"] == "[]"


def test_a_servers_own_token_has_no_power_of_ours(hub):
    for person in ("admin", "assistant", "alice"):
        token = hub.person(person).spy(person)["environment"]["JUPYTERHUB_API_TOKEN"]
        assert not names(hub.whoami(token)["scopes"]) & POWERS
        assert hub.api("GET", "/users", token).status_code == 403
