"""Scopes with their filters."""

from __future__ import annotations

import pytest

from hub_admin_lab.hub.scopes import LIST, START, STOP, Scopes


@pytest.mark.parametrize(
    ("held", "allowed"),
    [
        ("start:servers", True),
        ("servers", True),  # JupyterHub 5
        ("start:servers!user=alice", True),
        ("start:servers!user=bob", False),
        ("start:servers!group=class-a", True),
        ("start:servers!group=class-b", False),
        ("start:servers!server=alice/gpu", True),
        ("start:servers!server=alice/", False),
        ("start:servers!service=alice", False),
        ("delete:servers", False),
        ("start:servers!user=", False),
    ],
)
def test_a_filter_narrows_to_whom_it_names(held, allowed):
    scopes = Scopes([held])
    assert scopes.allow(START, user="alice", server="gpu", groups=["class-a"]) is allowed


def test_the_default_server_has_the_empty_name():
    assert Scopes(["servers!server=alice/"]).allow(STOP, user="alice", server="", groups=[])


@pytest.mark.parametrize(
    ("held", "anywhere"),
    [("list:users", True), ("list:users!group=class-a", True), ("read:users", False)],
)
def test_anywhere_ignores_the_filter(held, anywhere):
    assert Scopes([held]).anywhere(LIST) is anywhere


def test_two_filters_of_one_scope_both_count():
    scopes = Scopes(["servers!user=alice", "servers!group=class-b"])
    assert scopes.allow(START, user="alice", server="", groups=[])
    assert scopes.allow(START, user="bob", server="", groups=["class-b"])
    assert not scopes.allow(START, user="carol", server="", groups=["class-a"])
