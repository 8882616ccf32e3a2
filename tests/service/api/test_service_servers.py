"""`servers`: who sees what, who keeps which until when, whose kernels are shut down."""

from __future__ import annotations

import pytest

from hub_admin_lab.hub.bulk.at_work import AtWork
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.relay import Relayed
from hub_admin_lab.hub.scopes import Scopes

from .case import kernel

EVERYTHING = [("admin", ""), ("alice", ""), ("bob", "gpu"), ("carol", "")]
CLASS_A = [("alice", ""), ("bob", "gpu")]
HUB = ("hub", "")


def in_z(moment):
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("token", "seen", "managed"),
    [
        ("admin", EVERYTHING, EVERYTHING),
        ("admin-api", EVERYTHING, EVERYTHING),
        ("grader", EVERYTHING, EVERYTHING),
        ("assistant", CLASS_A, CLASS_A),
        ("watcher", CLASS_A, []),
        ("stopper", CLASS_A, CLASS_A),
        ("alice", [("alice", "")], [("alice", "")]),
        ("bob", [("bob", "gpu")], [("bob", "gpu")]),
        ("alice-at-bobs", [], []),
        ("admin-at-alices", [], []),
        ("nosy", [], []),
    ],
)
async def test_who_sees_which_servers(case, token, seen, managed):
    view = (await case.api("GET", "servers", token)).json
    assert [(item["user"], item["name"]) for item in view["items"]] == seen
    may = [(item["user"], item["name"]) for item in view["items"] if item["may_manage"]]
    assert may == managed
    assert view["as_of"] == in_z(case.clock())


async def test_the_list_says_when_it_was_made_by_the_services_clock(case):
    asked_at = case.clock()
    case.pass_by(seconds=40)
    view = (await case.api("GET", "servers", "admin")).json
    assert (view["as_of"], view["now"]) == (in_z(asked_at), in_z(case.clock()))
    assert view["as_of"] != view["now"]
    await case.service.refresh()
    case.hub.users.clear()
    nobody = (await case.api("GET", "servers", "nosy")).json
    assert (nobody["items"], nobody["now"]) == ([], in_z(case.clock()))


async def test_a_server_with_all_that_is_known(case):
    await case.put_rule("admin", ("group", "class-a"), {"server": {"idle_timeout": 7200}})
    report = {
        "kernels": [kernel("k1", state="busy", idle_seconds=None, busy_seconds=30)],
        "terminals": [{"name": "1", "idle_seconds": 90}],
        "presence_seconds": 120,
        "tabs": 2,
    }
    assert (await case.check_in("alices-server", **report)).status == 200
    items = (await case.api("GET", "servers?user=alice", "alice")).json["items"]
    (server,) = items
    assert server["groups"] == ["class-a"]
    assert server["state"] == "running"
    assert server["started"] == in_z(case.clock.after(hours=-2))
    assert server["hub_last_activity"] == in_z(case.clock.after(minutes=-30))
    assert server["report"]["kernels"] == [
        {
            "id": "k1",
            "name": "python3",
            "path": "train.ipynb",
            "state": "busy",
            "last_activity": None,
            "busy_since": in_z(case.clock.after(seconds=-30)),
            "connections": 0,
        }
    ]
    assert server["report"]["presence"] == in_z(case.clock.after(minutes=-2))
    assert server["report"]["terminals"][0]["last_activity"] == in_z(case.clock.after(seconds=-90))
    assert server["rules"]["server"]["idle_timeout"]["value"] == 7200
    assert server["decision"]["verdict"] == "keep"
    assert server["kept"] is None


async def test_the_server_extension_reads_there_where_kernels_are_busy(case):
    async def ask(method, path, token, *, query):
        answer = await case.api(method, f"{path}?{query}", token)
        return Relayed(answer.status, answer.body)

    admin = Actor("admin", admin=True, at_home=True, scopes=Scopes([]), token="admin")
    busy = [kernel("k1", state="busy", idle_seconds=None, busy_seconds=30)]
    assert await AtWork(ask).servers(admin) == set()
    assert (await case.check_in("alices-server", kernels=busy)).status == 200
    assert await AtWork(ask).servers(admin) == {("alice", "")}
    # Also one that the report has no place for.
    left_out = {"kernels": [], "left_out": 3, "left_out_busy": True}
    assert (await case.check_in("alices-server", **left_out)).status == 200
    assert await AtWork(ask).servers(admin) == {("alice", "")}
    idle = {"kernels": [kernel("k1", state="idle", idle_seconds=30)]}
    assert (await case.check_in("alices-server", **idle)).status == 200
    assert await AtWork(ask).servers(admin) == set()


@pytest.mark.parametrize("path", ["servers?user=alice&user=bob", "servers?who=alice"])
async def test_a_query_that_is_not_understood(case, path):
    assert (await case.api("GET", path, "admin")).status == 400


# --- extend -----------------------------------------------------------------------------------


async def extend(case, token, path, **ahead):
    until = case.clock.after(**ahead)
    return await case.api("POST", f"servers/{path}/extend", token, {"until": until.isoformat()})


@pytest.mark.parametrize("path", ["alice", "alice/"])
async def test_an_owner_keeps_a_server_within_the_bounds(case, path):
    await case.put_rule("admin", HUB, {"bounds": {"max": 1800}})
    asked = await extend(case, "alice", path, minutes=10)
    until = in_z(case.clock.after(minutes=10))
    assert asked.json == {"until": until, "asked": until}
    server = (await case.api("GET", "servers", "alice")).json["items"][0]
    assert server["kept"] == {"until": until, "by": "alice", "at": in_z(case.clock())}
    entry = (await case.log())[0]
    assert (entry["actor"], entry["user"], entry["server"]) == ("alice", "alice", "")
    # No longer than that, however long is asked for.
    asked = await extend(case, "alice", path, days=2)
    assert asked.json == {
        "until": in_z(case.clock.after(seconds=1800)),
        "asked": in_z(case.clock.after(days=2)),
    }


async def test_it_is_kept_by_the_decision_until_then_and_over_a_restart(case):
    case.clock.forward(hours=3)
    assert (await extend(case, "admin", "alice", hours=5)).status == 200
    await case.restart()
    server = (await case.api("GET", "servers?user=alice", "alice")).json["items"][0]
    assert server["decision"]["verdict"] == "keep"
    assert server["kept"]["by"] == "admin"
    case.clock.forward(hours=5, seconds=1)
    server = (await case.api("GET", "servers?user=alice", "alice")).json["items"][0]
    assert server["decision"]["verdict"] == "cull"
    assert server["kept"] is None


async def test_what_was_granted_can_be_ended(case):
    assert (await extend(case, "alice", "alice", minutes=10)).status == 200
    answer = await case.api("POST", "servers/alice/extend", "alice", {"until": None})
    assert answer.json == {"until": None, "asked": None}
    assert (await case.api("GET", "servers", "alice")).json["items"][0]["kept"] is None
    await case.restart()
    assert (await case.api("GET", "servers", "alice")).json["items"][0]["kept"] is None


@pytest.mark.parametrize("token", ["admin", "assistant"])
async def test_who_edits_the_rules_keeps_it_longer_but_within_the_ceiling(case, token):
    await case.put_rule("admin", HUB, {"bounds": {"max": 600}})
    answer = await extend(case, token, "alice", days=3)
    assert answer.json["until"] == in_z(case.clock.after(days=3))
    await case.put_rule("admin", HUB, {"ceilings": {"bounds_max": 7200}})
    answer = await extend(case, token, "alice", days=3)
    assert answer.json["until"] == in_z(case.clock.after(hours=2))


@pytest.mark.parametrize(
    ("ceilings", "seconds"),
    [
        ({"exempt": 1800}, 1800),
        ({"exempt": 1800, "bounds_max": 7200}, 1800),
        ({"exempt": 7200, "bounds_max": 900}, 900),
        ({"exempt": "never", "bounds_max": "never"}, 3 * 86400),
        # It has run for 2 h; what is kept outlives its maximum age.
        ({"server": {"max_age": 3 * 3600}}, 3600),
        ({"server": {"max_age": 3 * 3600}, "exempt": 600}, 600),
    ],
)
async def test_all_ceilings_bind_who_edits_some_rules(case, ceilings, seconds):
    rule = {"server": {"max_age": 3600}, "ceilings": ceilings}
    assert (await case.put_rule("admin", HUB, rule)).status == 200
    answer = await extend(case, "assistant", "alice", days=3)
    assert answer.json["until"] == in_z(case.clock.after(seconds=seconds))
    if "bounds_max" not in ceilings:  # the one that binds everybody
        answer = await extend(case, "admin", "alice", days=3)
        assert answer.json["until"] == in_z(case.clock.after(days=3))


async def test_a_server_that_is_as_old_as_any_may_be_is_kept_by_an_admin_only(case):
    rule = {"server": {"max_age": 3600}, "ceilings": {"server": {"max_age": 7200}}}
    assert (await case.put_rule("admin", HUB, rule)).status == 200
    assert (await extend(case, "assistant", "alice", hours=1)).status == 403
    assert (await extend(case, "admin", "alice", hours=1)).status == 200


async def test_who_may_only_stop_it_is_bound_as_its_owner_is(case):
    await case.put_rule("admin", HUB, {"bounds": {"max": 600}})
    answer = await extend(case, "stopper", "bob/gpu", days=3)
    assert answer.json["until"] == in_z(case.clock.after(minutes=10))


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        ("alice", "bob/gpu", 404),
        ("bob", "alice", 404),
        ("alice-at-bobs", "alice", 404),
        ("bob-at-alices", "bob/gpu", 404),
        ("watcher", "alice", 403),
        ("assistant", "carol", 404),
        ("admin-at-alices", "admin", 404),
        ("admin", "nobody", 404),
        ("admin", "alice/nothing", 404),
        ("alice", "alice/nothing", 404),
        ("alices-server", "alice", 403),
    ],
)
async def test_nobody_keeps_what_is_not_theirs(case, token, path, status):
    assert (await extend(case, token, path, minutes=10)).status == status
    assert await case.store.kept() == {}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"until": "2020-01-01T00:00:00Z"},
        {"until": "2026-03-01T12:30:00"},  # in which time zone?
        {"until": 5},
        {"until": None, "by": "root"},
    ],
)
async def test_an_extension_that_is_not_understood(case, body):
    answer = await case.api("POST", "servers/alice/extend", "alice", body)
    assert (answer.status, answer.code) == (400, "invalid_request")


@pytest.mark.parametrize("when", ["seen by the hub", "under way", "meanwhile", "ended meanwhile"])
async def test_a_server_that_is_being_stopped_is_kept_no_more(case, monkeypatch, when):
    if when == "seen by the hub":
        server = case.hub.users["alice"].servers[""].model_copy(update={"pending": "stop"})
        case.hub.users["alice"].servers[""] = server
        await case.parts.active.look("alice")
    else:
        stops = case.service.culler._stops
        keep = case.store.keep

        async def begin(*args, **options):
            await keep(*args, **options)
            if when == "meanwhile":
                stops._open[1] = stop
            else:
                case.parts.active.forget("alice", "")

        stop = type("Stop", (), {"key": ("alice", "")})
        if when != "under way":
            monkeypatch.setattr(case.store, "keep", begin)
        else:
            monkeypatch.setitem(stops._open, 1, stop)
    answer = await extend(case, "admin", "alice", minutes=10)
    assert (answer.status, answer.code) == (409, "conflict")
    assert "too late" in answer.json["message"]
    # Nor is its next run.
    assert await case.store.kept() == {}
    assert case.parts.keeps.of("alice", "") is None
    monkeypatch.undo()
    assert (await extend(case, "admin", "carol", minutes=10)).status == 200


async def test_a_server_that_has_just_started(case):
    from .people import hub_user

    case.hub.users["dan"] = hub_user("dan", case.clock, servers=[""])
    assert (await extend(case, "admin", "dan", minutes=10)).status == 200


# --- kernels ----------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["alice", "admin", "assistant", "stopper", "grader"])
async def test_a_kernel_is_shut_down_by_its_server(case, token):
    own = (await case.check_in("alices-server", kernels=[kernel("k1")])).json["token"]
    asked = await case.api("POST", "servers/alice/kernels/k1/shutdown", token)
    assert asked.status == 202, asked.body
    id_ = asked.json["id"]
    # Asked twice it is done once.
    again = await case.api("POST", "servers/alice//kernels/k1/shutdown", token)
    assert again.json["id"] == id_
    who = "service grader" if token == "grader" else token
    for _ in range(2):  # until it has answered
        answer = (await case.check_in(own, kernels=[kernel("k1")])).json
        assert answer["requests"] == [
            {"id": id_, "kind": "shutdown_kernel", "kernel_id": "k1", "by": who}
        ]
    entry = (await case.log())[0]
    assert (entry["outcome"], entry["target"], entry["actor"]) == ("begun", "k1", who)
    done = [{"id": "unknown", "ok": False}, {"id": id_, "ok": True}]
    assert (await case.check_in(own, done=done)).json["requests"] == []
    await case.check_in(own, done=[{"id": id_, "ok": False, "message": "again"}])
    (entry,) = await case.log()
    assert (entry["outcome"], entry["message"]) == ("done", "")


async def test_a_server_answers_only_for_itself(case):
    await case.check_in("alices-server", kernels=[kernel("k1")])
    id_ = (await case.api("POST", "servers/alice/kernels/k1/shutdown", "admin")).json["id"]
    await case.check_in("bobs-server", "bob", "gpu", done=[{"id": id_, "ok": True}])
    assert (await case.log())[0]["outcome"] == "begun"


async def test_a_request_outlives_a_restart_and_ends_when_nobody_answers(case):
    token = (await case.check_in("alices-server", kernels=[kernel("k1")])).json["token"]
    id_ = (await case.api("POST", "servers/alice/kernels/k1/shutdown", "admin")).json["id"]
    await case.restart()
    assert (await case.check_in(token)).json["requests"][0]["id"] == id_
    case.clock.forward(minutes=5, seconds=1)
    await case.parts.requests.give_up()
    entry = (await case.log())[0]
    assert (entry["outcome"], entry["actor"]) == ("failed", "admin")
    assert (await case.check_in(token)).json["requests"] == []


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        ("bob", "alice/kernels/k1", 404),
        ("watcher", "alice/kernels/k1", 403),
        ("alice-at-bobs", "alice/kernels/k1", 404),
        ("alices-server", "alice/kernels/k1", 403),
        ("admin", "alice/kernels/k2", 404),
        ("admin", "alice/kernels/k1%2F..", 404),
        ("admin", "carol/kernels/k1", 409),  # it does not report
    ],
)
async def test_kernels_that_cannot_be_shut_down(case, token, path, status):
    await case.check_in("alices-server", kernels=[kernel("k1")])
    answer = await case.api("POST", f"servers/{path}/shutdown", token)
    assert answer.status == status
    assert await case.log() == []
