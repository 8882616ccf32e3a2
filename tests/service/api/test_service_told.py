"""`notices`, `audit`, `info`, `health`, `metrics`: what people and programs are told."""

from __future__ import annotations

import pytest

EVERYBODY = {"kind": "everybody"}
CLASS_A = {"kind": "group", "name": "class-a"}


async def send(case, token, to, text="Back at noon", **ahead):
    until = case.clock.after(**(ahead or {"hours": 1})).isoformat()
    return await case.api("POST", "notices", token, {"to": to, "text": text, "until": until})


async def received(case):
    """Who gets which messages."""
    found = {}
    for token, user, server in (
        ("alices-server", "alice", ""),
        ("bobs-server", "bob", "gpu"),
        ("admins-server", "admin", ""),
    ):
        notices = (await case.check_in(token, user, server)).json["notices"]
        if notices:
            found[user] = [notice["text"] for notice in notices]
    return found


@pytest.mark.parametrize(
    ("to", "whom"),
    [
        (EVERYBODY, {"alice", "bob", "admin"}),
        (CLASS_A, {"alice", "bob"}),
        ({"kind": "user", "name": "bob"}, {"bob"}),
        ({"kind": "server", "name": "bob/gpu"}, {"bob"}),
        ({"kind": "server", "name": "alice"}, {"alice"}),
        ({"kind": "server", "name": "bob/other"}, set()),
    ],
)
async def test_a_message_reaches_whom_it_is_for(case, to, whom):
    answer = await send(case, "admin", to)
    assert answer.status == 201, answer.body
    assert await received(case) == {who: ["Back at noon"] for who in whom}
    entry = (await case.log())[0]
    assert (entry["actor"], entry["action"], entry["outcome"]) == ("admin", "send-notice", "done")
    assert entry["reason"] == "Back at noon"


@pytest.mark.parametrize(("to", "personal"), [(EVERYBODY, False), (CLASS_A, True)])
async def test_a_server_is_told_what_is_for_its_owner_only(case, to, personal):
    await send(case, "admin", to)
    (notice,) = (await case.check_in("alices-server")).json["notices"]
    assert notice["personal"] is personal


async def test_it_is_shown_once_also_after_a_restart_and_until_it_ends(case):
    id_ = (await send(case, "admin", CLASS_A)).json["id"]
    token = (await case.check_in("alices-server")).json["token"]
    assert (await case.check_in(token)).json["notices"][0]["id"] == id_
    assert (await case.check_in(token, seen_notices=[id_, "unknown"])).json["notices"] == []
    await case.restart()
    assert (await case.check_in(token)).json["notices"] == []
    bobs = (await case.check_in("bobs-server", "bob", "gpu")).json
    assert [notice["id"] for notice in bobs["notices"]] == [id_]
    case.clock.forward(hours=1)
    assert (await case.check_in(bobs["token"], "bob", "gpu")).json["notices"] == []


async def test_what_the_culler_left_for_the_next_start(case):
    from hub_admin_lab.models.service import NoticeAudience

    to = NoticeAudience(kind="server", name="alice/")
    await case.store.add_notice(to, "It was idle.", kind="stopped", by="hub_admin_lab", until=None)
    await case.service.reload()
    (notice,) = (await case.check_in("alices-server")).json["notices"]
    assert (notice["kind"], notice["text"]) == ("stopped", "It was idle.")


@pytest.mark.parametrize(
    "to", [CLASS_A, {"kind": "user", "name": "alice"}, {"kind": "server", "name": "bob/gpu"}]
)
async def test_an_assistant_writes_to_their_group(case, to):
    assert (await send(case, "assistant", to)).status == 201


@pytest.mark.parametrize(
    ("token", "to"),
    [
        ("assistant", EVERYBODY),
        ("assistant", {"kind": "group", "name": "class-b"}),
        ("assistant", {"kind": "user", "name": "carol"}),
        ("assistant", {"kind": "server", "name": "carol/"}),
        ("assistant", {"kind": "user", "name": "nobody"}),
        ("watcher", CLASS_A),
        ("stopper", CLASS_A),
        ("alice", {"kind": "user", "name": "alice"}),
        ("admin-at-alices", EVERYBODY),
        ("alices-server", {"kind": "server", "name": "alice/"}),
    ],
)
async def test_and_nobody_to_anybody_else(case, token, to):
    assert (await send(case, token, to)).status == 403
    assert await case.store.notices() == []


@pytest.mark.parametrize(
    ("to", "text", "ahead"),
    [
        (EVERYBODY, "", {"hours": 1}),
        (EVERYBODY, "x" * 1001, {"hours": 1}),
        (EVERYBODY, "x", {"seconds": -1}),
        (EVERYBODY, "x", {"days": 400}),
        ({"kind": "everybody", "name": "alice"}, "x", {"hours": 1}),
        ({"kind": "group", "name": ""}, "x", {"hours": 1}),
        ({"kind": "user", "name": "a\x00"}, "x", {"hours": 1}),
        ({"kind": "planet"}, "x", {"hours": 1}),
    ],
)
async def test_a_message_that_is_not_understood(case, to, text, ahead):
    answer = await send(case, "admin", to, text, **ahead)
    assert (answer.status, answer.code) == (400, "invalid_request")


# --- audit ------------------------------------------------------------------------------------


@pytest.fixture
def entries(jp_asyncio_loop, case):
    """One entry for each of these users, and one for the hub."""

    async def write():
        for user in ("alice", "bob", "carol", "admin", ""):
            await case.store.record(
                actor="hub_admin_lab",
                action="stop-server",
                user=user,
                server="" if user else None,
                target=user or "hub",
                reason="idle",
                outcome="done",
            )

    jp_asyncio_loop.run_until_complete(write())


@pytest.mark.parametrize(
    ("token", "users"),
    [
        ("admin", ["", "admin", "carol", "bob", "alice"]),
        ("grader", ["", "admin", "carol", "bob", "alice"]),
        ("assistant", ["bob", "alice"]),
        ("watcher", []),
        ("alice", ["alice"]),
        ("alice-at-bobs", []),
        ("admin-at-alices", []),
        ("nosy", []),
    ],
)
async def test_who_reads_what_in_the_log(case, entries, token, users):
    page = (await case.api("GET", "audit", token)).json
    assert [entry["user"] for entry in page["items"]] == users
    assert page["next"] is None


async def test_pages_and_filters(case, entries):
    first = (await case.api("GET", "audit?limit=2", "admin")).json
    second = (await case.api("GET", f"audit?limit=2&before={first['next']}", "admin")).json
    users = [entry["user"] for entry in first["items"] + second["items"]]
    assert users == ["", "admin", "carol", "bob"]
    for query, found in (
        ("user=bob", 1),
        ("actor=nobody", 0),
        ("action=stop-server&outcome=done", 5),
        ("since=2026-03-02T00:00:00Z", 0),
    ):
        assert len((await case.api("GET", f"audit?{query}", "admin")).json["items"]) == found
    for query in ("limit=0", "limit=201", "outcome=odd", "since=2026-03-02T00:00:00", "x=1"):
        assert (await case.api("GET", f"audit?{query}", "admin")).status == 400


# --- info, health, metrics --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "hub", "groups", "log"),
    [
        ("admin", True, None, True),
        ("grader", True, None, True),
        ("assistant", False, ["class-a"], True),
        ("watcher", False, [], False),
        ("alice", False, [], False),
        ("admin-at-alices", False, [], False),
    ],
)
async def test_what_the_caller_is_to_the_service(case, token, hub, groups, log):
    info = (await case.api("GET", "info", token)).json
    assert (info["may_edit_hub"], info["may_edit_groups"], info["may_see_audit"]) == (
        hub,
        groups,
        log,
    )


async def test_health(case, monkeypatch):
    from hub_admin_lab import __version__
    from hub_admin_lab.errors import StoreUnavailable

    answer = await case.api("GET", "health")
    assert answer.status == 200
    assert answer.json == {
        "ok": True,
        "database": True,
        "hub": True,
        "last_pass": None,
        "version": __version__,
    }
    await case.service.culler.one_pass()
    assert (await case.api("GET", "health")).json["last_pass"] is not None

    async def away():
        raise StoreUnavailable("the database is at db.example.org")

    with monkeypatch.context() as patch:
        patch.setattr(case.parts.pulse, "_ping", away)
        case.seconds += 2
        answer = await case.api("GET", "health")
    assert (answer.status, answer.json["database"], answer.json["hub"]) == (503, False, True)
    assert b"example.org" not in answer.body
    case.clock.forward(minutes=6)
    answer = await case.api("GET", "health")
    assert (answer.status, answer.json["hub"]) == (503, False)


async def test_metrics_are_for_holders_of_the_hubs_scope(case):
    await case.check_in("alices-server")
    await case.api("GET", "info", "admin")
    answer = await case.call("GET", "metrics", "prometheus")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    text = answer.body.decode()
    for line in (
        "hub_admin_lab_reporting_servers 1.0",
        'hub_admin_lab_introductions_total{outcome="known"} 1.0',
        'hub_admin_lab_request_duration_seconds_count{method="GET",route="info",status="200"} 1.0',
        "hub_admin_lab_culled_servers_total 0.0",
    ):
        assert line in text
    assert "alice" not in text
    for token in ("admin", "alice", "grader"):
        assert (await case.call("GET", "metrics", token)).status == 403


async def test_or_for_everybody_where_the_operator_says_so(make_case):
    case = await make_case(metrics_open=True)
    assert (await case.call("GET", "metrics")).status == 200
