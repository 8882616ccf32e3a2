"""The owner's cap on what a server may do for its visitors, on the Hub's own objects."""

from __future__ import annotations

import asyncio
import copy
import json
import threading
from types import SimpleNamespace

import pytest
from jupyterhub import orm, roles
from jupyterhub import scopes as hub_scopes

from hub_admin_lab.hub_config.scopes import (
    MANAGE,
    OwnerCappedScopes,
    granted,
    panel_scopes,
    scopes_variable,
)

HUB_6 = "start:servers" in hub_scopes.scope_definitions
START = "start:servers" if HUB_6 else "servers"
NEVER = {"tokens", "access:servers", "admin:server_state", "admin:servers", "admin:auth_state"}


@pytest.fixture
def db():
    session = orm.new_session_factory("sqlite:///:memory:")()
    for role in roles.get_default_roles():
        roles.create_role(session, role)
    roles.create_role(
        session,
        {
            "name": "assistant",
            "scopes": [
                "list:users!group=class-a",
                "servers!group=class-a",
                "access:servers!group=class-a",
            ],
        },
    )
    class_a = orm.Group(name="class-a")
    session.add(class_a)
    for name in ("root", "assistant", "alice", "bob"):
        user = orm.User(name=name, admin=name == "root")
        session.add(user)
        session.commit()
        roles.assign_default_roles(session, user)
    class_a.users.append(orm.User.find(session, "alice"))
    roles.grant_role(session, orm.User.find(session, "assistant"), "assistant")
    session.commit()
    yield session
    session.close()
    session.get_bind().dispose()


def spawner(db, name, server=""):
    user = SimpleNamespace(name=name, orm_user=orm.User.find(db, name))
    return SimpleNamespace(user=user, name=server, db=db)


def allowed(db, name, operator=(), server="", manage_users=False):
    scopes = OwnerCappedScopes(panel_scopes(manage_users), operator)
    return set(asyncio.run(scopes(spawner(db, name, server))))


def names(scopes):
    return {scope.partition("!")[0] for scope in scopes}


def test_a_plain_users_server_gets_nothing(db):
    assert allowed(db, "alice") == set()


def test_an_admins_server_gets_the_panels_scopes(db):
    scopes = allowed(db, "root")
    assert names(scopes) == set(panel_scopes())
    assert {"list:users", "read:servers", START, "delete:servers"} <= scopes
    assert not names(scopes) & (NEVER | MANAGE)


def test_an_assistants_server_gets_them_with_their_filters(db):
    scopes = allowed(db, "assistant")
    others = {scope for scope in scopes if not scope.endswith("!user=assistant")}
    assert others == {
        "list:users!group=class-a",
        "read:users:name!group=class-a",
        "read:servers!group=class-a",
        f"{START}!group=class-a",
        "delete:servers!group=class-a",
    }
    assert not names(scopes) & NEVER


def test_managing_users_only_when_asked(db):
    assert names(allowed(db, "root", manage_users=True)) >= MANAGE
    assert not MANAGE & names(allowed(db, "assistant", manage_users=True))
    assert allowed(db, "alice", manage_users=True) == set()


def test_a_token_of_an_admin_at_an_assistants_server(db):
    """What the Hub makes of it: the visitor's scopes and the server's, intersected."""
    visitor = hub_scopes.get_scopes_for(orm.User.find(db, "root"))
    client = hub_scopes.expand_scopes(allowed(db, "assistant"))
    held = hub_scopes._intersect_expanded_scopes(client, visitor, db)
    assert all("!" in scope for scope in held)
    assert f"{START}!group=class-a" in held


async def _later(spawner):
    await asyncio.sleep(0)
    return ["list:users", "read:hub"]


@pytest.mark.parametrize(
    "operator",
    [
        ["list:users", "read:hub"],
        ("list:users", "read:hub"),
        lambda s: ["list:users", "read:hub"],
        _later,
    ],
    ids=["list", "tuple", "callable", "async"],
)
def test_the_operators_scopes_are_capped_alike(db, operator):
    assert {"list:users", "read:hub"} <= allowed(db, "root", operator)
    assert "list:users!group=class-a" in allowed(db, "assistant", operator)
    assert "list:users" not in allowed(db, "assistant", operator)
    assert allowed(db, "alice", operator) == {"read:users:name!user=alice"}


def test_what_a_plain_user_holds_the_operator_may_hand_out(db):
    assert allowed(db, "alice", ["read:servers!user"]) == {
        "read:servers!user=alice",
        "read:users:name!user=alice",
    }
    assert allowed(db, "alice", ["read:servers!user=bob"]) == set()
    assert allowed(db, "alice", ["access:servers!server"], server="gpu") == {
        "access:servers!server=alice/gpu"
    }


@pytest.mark.parametrize("metascope", ["self", "inherit"])
def test_metascopes_are_the_owners_not_the_visitors(db, metascope):
    scopes = allowed(db, "alice", [metascope])
    assert "tokens!user=alice" in scopes
    assert all(scope.endswith("!user=alice") for scope in scopes)


def test_a_users_powers_inside_a_group_filter(db):
    """Only the database tells that alice is in class-a."""
    assert "servers!user=alice" in allowed(db, "assistant", ["servers!user=alice"])
    assert not [s for s in allowed(db, "assistant", ["servers!user=bob"]) if "bob" in s]


def test_an_operators_callable_may_return_none(db):
    assert allowed(db, "alice", lambda spawner: None) == set()


def test_an_unknown_scope_is_named(db):
    with pytest.raises(ValueError, match="lst:users"):
        allowed(db, "root", ["lst:users"])


def test_the_value_survives_what_traitlets_does():
    class Operator:
        def __init__(self):
            self.lock = threading.Lock()

        def __call__(self, spawner):
            return []

    # traitlets copies a config value for each spawner, and a lock cannot be copied.
    scopes = OwnerCappedScopes(panel_scopes(), Operator())
    assert copy.deepcopy(scopes) is scopes


def test_what_a_server_is_told(db):
    variable = scopes_variable(panel_scopes())
    told = json.loads(variable(spawner(db, "assistant")))
    assert set(told["granted"]) == allowed(db, "assistant")
    assert told["access"] == ["access:servers!group=class-a", "access:servers!user=assistant"]
    told = json.loads(variable(spawner(db, "alice")))
    assert told == {"granted": [], "access": ["access:servers!user=alice"]}


def told_of(db, monkeypatch, held):
    monkeypatch.setattr(hub_scopes, "get_scopes_for", lambda user: set(held))
    told = scopes_variable(panel_scopes())(spawner(db, "alice"))
    assert len(told.encode()) <= 32 * 1024
    return json.loads(told)


def test_what_a_server_is_told_is_bounded(db, monkeypatch):
    listing = ["list:users!group=élèves-of-class-a", "read:servers!group=élèves-of-class-a"]
    access = [f"access:servers!group={'é' * 200}-{number}" for number in range(500)]
    told = told_of(db, monkeypatch, [*listing, *access])
    assert told["granted"] == listing
    assert 10 < len(told["access"]) < 40
    assert set(told["access"]) < set(access)


def test_too_much_to_tell_is_nothing_told(db, monkeypatch):
    groups = [f"{number}-{'x' * 60}" for number in range(600)]
    held = [f"{name}!group={group}" for group in groups for name in panel_scopes()]
    access = [f"access:servers!group={group}" for group in groups]
    assert told_of(db, monkeypatch, [*held, *access]) == {"granted": [], "access": []}


def test_deleting_only(db):
    """On JupyterHub 5 an owner may hold `delete:servers` without `servers`."""
    held = {"list:users!group=x", "delete:servers!group=x"}
    assert granted(panel_scopes(), held) == held
