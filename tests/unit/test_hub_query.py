"""What the words in the search field mean."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.listing.query import parse
from hub_admin_lab.hub.listing.views import user_view
from hub_admin_lab.hub.models import HubServer, HubUser
from hub_admin_lab.hub.scopes import Scopes

from .failing_hub import ADMIN, NOW, STARTING, STOPPED


def hours_ago(hours):
    return NOW - timedelta(hours=hours)


def runs(hours=0.0, **more):
    return HubServer(ready=True, stopped=False, last_activity=hours_ago(hours), **more)


def view(name="alice", *, admin=False, groups=(), **servers):
    """Return a user; `default` is the name of the default server."""
    models = {"" if key == "default" else key: model for key, model in servers.items()}
    models = {key: model.model_copy(update={"name": key}) for key, model in models.items()}
    user = HubUser(name=name, admin=admin, groups=list(groups), servers=models)
    return user_view(user, actor=ADMIN, access=Scopes(), failures={})


def found(query, user, **more):
    return parse(query, **more).matches(user, NOW)


def servers(query, user):
    return [server.name for server in parse(query).servers(user, NOW)]


# --- text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("", "alice", True),
        ("  ", "alice", True),
        ('""', "alice", True),
        ("lic", "alice", True),
        ("LIC", "alice", True),
        ("lic", "ALICE", True),
        ("Él", "élodie", True),
        ("él", "Élodie", True),
        ("bob", "alice", False),
        ("a_i", "alice", False),
        ("a_i", "a_ice", True),
        ("50%", "500", False),
        ("50%", "50%er", True),
        (r"a\b", r"a\b", True),
        ("ce al", "alice", True),
        ("ce bo", "alice", False),
        ("o'brien+x@example.org", "o'brien+x@example.org", True),
        ("1:2", "1:2", True),
        ("é:x", "é:x", True),
        (":x", "a:x", True),
        ('"a b"', "xa bx", True),
        ('"a b"', "b a", False),
        ('a" "b', "a b", True),
        ('"a b', "a b", True),
        ('"idle:>2h"', "idle:>2h", True),
        ('"x:y"', "x:y", True),
        ("x\u00a0y", "y-x", True),
    ],
)
def test_text_is_literal(query, name, expected):
    assert found(query, view(name)) is expected


def test_search_is_one_text_whatever_it_holds():
    assert found("", view("a running b"), search="a running")
    assert not found("", view("running a"), search="a running")
    assert found("", view('say "x:y"'), search='"x:')
    assert not found("zed", view("alice"), search="ali")
    assert found("ce", view("alice"), search="ali")


# --- words --------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["running", "Running", "RUNNING"])
def test_running_is_a_state_or_a_name(word):
    assert found(word, view(default=runs()))
    assert found(word, view(default=STARTING))
    assert found(word, view(default=STOPPED, gpu=runs()))
    assert not found(word, view(default=STOPPED))
    assert found(word, view("running-club"))


def test_stopped_is_a_state_or_a_name():
    assert found("stopped", view())
    assert found("stopped", view(default=STOPPED))
    assert not found("stopped", view(default=STOPPED, gpu=runs()))
    assert not found("stopped", view(default=STARTING))
    assert found("stopped", view("unstopped", default=runs()))


def test_pending_is_a_state_or_a_name():
    assert found("pending", view(default=STARTING))
    assert found("pending", view(default=STOPPED, gpu=STARTING))
    assert not found("pending", view(default=runs(), gpu=STOPPED))
    assert found("pending", view("pending-people"))
    assert servers("pending", view(default=runs(), gpu=STARTING)) == ["gpu"]


def test_admin_is_a_role_or_a_name():
    assert found("admin", view(admin=True))
    assert found("admin", view("admin-of-old"))
    assert not found("admin", view())


@pytest.mark.parametrize("word", ["running", "stopped", "pending", "admin"])
def test_quotes_make_text_of_words(word):
    assert found(f'"{word}"', view(f"x{word}x"))
    assert not found('"running"', view(default=runs()))
    assert not found('"stopped"', view(default=STOPPED))
    assert not found('"admin"', view(admin=True))


@pytest.mark.parametrize(
    "word",
    [
        "idle:>2h",
        "idle:2h",
        "IDLE:>2H",
        "idle:>120min",
        "idle:>1h60m",
        'idle:">2 h"',
        "idle:>7200s",
    ],
)
def test_idle_is_by_the_servers_own_last_activity(word):
    assert found(word, view(default=runs(2.1)))
    assert not found(word, view(default=runs(2)))
    assert not found(word, view(default=runs(-3)))
    assert not found(word, view(default=STARTING))
    stopped_long_ago = STOPPED.model_copy(update={"last_activity": hours_ago(99)})
    assert not found(word, view(default=stopped_long_ago))


def test_a_server_without_a_time_is_not_idle():
    unknown = HubServer(ready=True, stopped=False)
    assert not found("idle:>1s", view(default=unknown))


@pytest.mark.parametrize(
    ("word", "hours"), [("idle:>1d", 24), ("idle:>1h30min", 1.5), ("idle:>1.5h", 1.5)]
)
def test_idle_takes_times_as_people_write_them(word, hours):
    assert found(word, view(default=runs(hours + 0.01)))
    assert not found(word, view(default=runs(hours)))


def test_group_is_exact():
    assert found("group:class-a", view(groups=["class-a"]))
    assert found("GROUP:class-a", view(groups=["class-a"]))
    assert found('group:"class a"', view(groups=["class a"]))
    assert found("group:a:b", view(groups=["a:b"]))
    assert not found("group:class", view(groups=["class-a"]))
    assert not found("group:Class-a", view(groups=["class-a"]))
    assert not found("group:a group:b", view(groups=["a"]))
    assert found("group:a group:b", view(groups=["b", "a"]))


def test_server_is_part_of_the_name_of_a_named_server():
    assert found("server:gpu", view(default=STOPPED, big_GPU_2=STOPPED))
    assert not found("server:gpu", view(default=STOPPED, cpu=STOPPED))
    assert not found("server:gpu", view("gpu", default=runs()))
    shown = STOPPED.model_copy(update={"display_name": "Room with a GPU"})
    assert found("server:gpu", view(x1=shown))


def test_all_words_apply_to_one_server():
    user = view(default=runs(5), gpu=runs(0))
    assert found("server:gpu running", user)
    assert not found("server:gpu idle:>2h", user)
    assert not found("ali group:x", user)


# --- which servers ------------------------------------------------------------------------


def test_which_servers_are_meant():
    user = view(default=runs(5), busy=runs(0), gpu=runs(9), old=STOPPED, unknown=STARTING)
    assert servers("", user) == ["", "busy", "gpu", "old", "unknown"]
    assert servers("alice", user) == ["", "busy", "gpu", "old", "unknown"]
    assert servers("idle:>2h", user) == ["", "gpu"]
    assert servers("idle:>2h idle:>6h", user) == ["gpu"]
    assert servers("server:U", user) == ["busy", "gpu", "unknown"]
    assert servers("running", user) == ["", "busy", "gpu", "unknown"]
    assert servers("running server:old", user) == []
    assert servers("bob", user) == []
    assert servers("stopped", view(default=STOPPED, gpu=STOPPED)) == ["", "gpu"]


# --- what is not understood ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("idle:2x", "idle:>2h"),
        ("idle:", "idle:>2h"),
        ("idle:>", "idle:>2h"),
        ("idle:>2", "idle:>2h"),
        ("idle:<2h", "idle:>2h"),
        ("idle:>=2h", "idle:>2h"),
        ("idle:>>2h", "idle:>2h"),
        ("idle:>0h", "idle:>2h"),
        ("idle:>-1h", "idle:>2h"),
        ("idle:>99999d", "idle:>2h"),
        ("idle:>" + "9" * 400 + "d", "idle:>2h"),
        ("group:", "group:class-a"),
        ('group:""', "group:class-a"),
        ("server:", "server:gpu"),
        ("idel:>3h", "idle:>3h"),
        ("idel:3x", "idle:>2h"),
        ("grp:a", "group:a"),
        ("running:yes", "running"),
        ("admins:", "admin"),
        ("x:y", '"x:y"'),
        ('x:"y z"', '"x:y z"'),
    ],
)
def test_what_is_not_understood_is_said(word, hint):
    with pytest.raises(errors.InvalidRequest) as caught:
        parse(f"alice {word} running")
    assert caught.value.detail == [{"field": "query", "word": word, "hint": hint}]
    assert f'"{word}" is not understood. ' in caught.value.message
    assert caught.value.message.endswith(f"{hint}.")
    assert parse(hint).words  # what is proposed is understood


def test_every_word_that_is_not_understood_is_named():
    with pytest.raises(errors.InvalidRequest) as caught:
        parse("idle:2x bob group:", field="filter.query")
    assert caught.value.message == '"idle:2x" is not understood. Try idle:>2h.'
    assert [(each["field"], each["word"]) for each in caught.value.detail] == [
        ("filter.query", "idle:2x"),
        ("filter.query", "group:"),
    ]


def test_the_same_query_is_the_same_value():
    assert parse("a running idle:>2h a") == parse("a running idle:120min")
    assert hash(parse("a running")) == hash(parse("a  running"))
