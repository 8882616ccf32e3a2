"""Who there is in these tests, and what the Hub says of their tokens."""

from __future__ import annotations

from hub_admin_lab.hub.models import HubServer, HubUser

RULES = "custom:hub-admin-lab:rules"


def person(name, *scopes, at=None, admin=False, groups=(), session="a login"):
    """What the Hub says of the token of a browser: `at` is the server that it belongs to."""
    return {
        "kind": "user",
        "name": name,
        "admin": admin,
        "groups": list(groups),
        "session_id": session,
        "scopes": [f"access:servers!server={at or name + '/'}", *scopes],
    }


def server_of(name, server="", groups=()):
    """What the Hub says of the token of a server."""
    return person(
        name,
        f"users:activity!user={name}",
        at=f"{name}/{server}",
        groups=groups,
        session=None,
    )


def service(name, *scopes):
    return {
        "kind": "service",
        "name": name,
        "admin": False,
        "session_id": None,
        "scopes": list(scopes),
    }


A = ["class-a"]
TOKENS = {
    "admin": person(
        "admin",
        "list:users",
        "read:users:groups",
        "read:users:activity",
        "read:servers",
        "delete:servers",
        admin=True,
    ),
    "assistant": person(
        "assistant",
        "list:users!group=class-a",
        "read:servers!group=class-a",
        "delete:servers!group=class-a",
        f"{RULES}!group=class-a",
    ),
    # The same, but for the custom scope.
    "watcher": person(
        "watcher",
        "list:users!group=class-a",
        "read:servers!group=class-a",
    ),
    "stopper": person("stopper", "read:servers!group=class-a", "delete:servers!group=class-a"),
    "alice": person("alice", groups=A),
    "bob": person("bob", at="bob/gpu", groups=A),
    "carol": person("carol", groups=["class-b"]),
    # Left on others' servers by those who visited them.
    "admin-at-alices": person("admin", at="alice/", admin=True),
    "alice-at-bobs": person("alice", at="bob/gpu", groups=A),
    "bob-at-alices": person("bob", at="alice/", groups=A),
    # Made on the Hub's token page: everything that they may do.
    "admin-api": {
        **person("admin", "read:servers", "admin:users", RULES, admin=True, session=None),
        "scopes": [
            "access:servers",
            "admin:users",
            "list:users",
            "read:servers",
            "delete:servers",
        ],
    },
    # Made for something small: one server of their own.
    "admin-small": person("admin", "read:users!user=admin", admin=True, session=None),
    "admin-narrow": {
        **person("admin", admin=True, session=None),
        "scopes": ["access:servers!user=admin", "list:users!user=admin"],
    },
    "alice-small": person("alice", groups=["class-a"], session=None),
    "alices-server": server_of("alice", groups=A),
    "bobs-server": server_of("bob", "gpu", groups=A),
    "dans-server": server_of("dan", groups=A),
    "admins-server": {**server_of("admin"), "admin": True},
    "grader": service("grader", RULES),
    "prometheus": service("prometheus", "read:metrics"),
    "nosy": service("nosy"),
}
PEOPLE = {
    "admin": ([], [""]),
    "alice": (A, [""]),
    "bob": (A, ["gpu"]),
    "carol": (["class-b"], [""]),
    "dan": (A, []),
    "assistant": ([], []),
}


def hub_user(name, clock, servers=None):
    groups, running = PEOPLE[name]
    return HubUser(
        name=name,
        groups=groups,
        servers={
            server: HubServer(
                name=server,
                ready=True,
                started=clock.after(hours=-2),
                last_activity=clock.after(minutes=-30),
            )
            for server in (running if servers is None else servers)
        },
    )
