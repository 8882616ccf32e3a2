"""`agents/checkin`: who may report, for whom, how often, and what comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub_admin_lab.service.tokens import CheckInTokens
from tests.service.databases import SqliteDatabase

from .case import KEY, RUN, kernel
from .people import person, server_of


async def test_a_server_introduces_itself_once(case):
    first = await case.check_in("alices-server")
    assert first.status == 200, first.body
    token = first.json["token"]
    for _ in range(3):
        again = await case.check_in(token)
        assert again.status == 200
        assert again.json["token"] is None
    assert case.hub.asked == ["alices-server"]


@pytest.mark.parametrize(
    ("token", "user", "server"),
    [
        ("alice", "alice", ""),  # its owner's browser
        ("bob-at-alices", "alice", ""),  # a guest's
        ("bob-at-alices", "bob", "gpu"),
        ("admin-at-alices", "alice", ""),
        ("admin", "alice", ""),
        ("admin-api", "admin", ""),
        ("bobs-server", "alice", ""),  # another server
        ("bobs-server", "bob", ""),
        ("bobs-server", "bob", "gp"),
        ("alices-server", "alice", "x"),
        ("grader", "alice", ""),
        ("nosy", "nosy", ""),
    ],
)
async def test_nobody_else_reports_for_it(case, token, user, server):
    answer = await case.check_in(token, user, server)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert len(case.parts.reports) == 0


async def test_each_part_of_the_proof_counts(case):
    good = server_of("alice")
    wrong = {
        "of a browser": {**good, "session_id": "x"},
        "of a service": {**good, "kind": "service"},
        "without the activity": person("alice", session=None),
        "another's activity": person("alice", "users:activity!user=bob", session=None),
        "all activity": person("alice", "users:activity", session=None),
        "another's server": person(
            "alice", "users:activity!user=alice", at="bob/gpu", session=None
        ),
        "all servers": {**good, "scopes": ["users:activity!user=alice", "access:servers"]},
        "all their servers": {
            **good,
            "scopes": ["users:activity!user=alice", "access:servers!user=alice"],
        },
    }
    for name, model in wrong.items():
        case.hub.tokens[name.replace(" ", "-")] = model
        answer = await case.check_in(name.replace(" ", "-"))
        assert answer.status == 403, name


async def test_a_token_of_ours_is_for_one_run_of_one_server(case):
    token = (await case.check_in("alices-server")).json["token"]
    for other in (
        {"user": "bob"},
        {"server": "gpu"},
        {"run": "another-run"},
    ):
        answer = await case.check_in(token, **other)
        assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize("spoilt", ["", "x", ".", "..", "e30.e30", "{}"])
async def test_a_token_that_is_not_ours(case, spoilt):
    token = (await case.check_in("alices-server")).json["token"]
    for bad in (f"hal1.{spoilt}", token[:-1], token + "A", token[:9] + token[10:]):
        answer = await case.check_in(bad)
        assert (answer.status, answer.code) == (401, "introduce_yourself")
        assert int(answer.headers["Retry-After"]) >= 1


async def test_with_another_key_all_introduce_themselves_one_after_the_other(case):
    token = (await case.check_in("alices-server")).json["token"]
    await case.restart(agent_key=b"another key, of 32 bytes or more")
    waits = []
    for _ in range(100):
        answer = await case.check_in(token)
        assert answer.code == "introduce_yourself"
        waits.append(int(answer.headers["Retry-After"]))
    assert waits == sorted(waits)
    assert waits[-1] == pytest.approx(100 / 25, abs=1)
    assert (await case.check_in("alices-server")).status == 200


async def test_the_same_key_still_knows_them_after_a_restart(case):
    token = (await case.check_in("alices-server")).json["token"]
    await case.restart()
    assert (await case.check_in(token)).status == 200


async def test_a_token_ends_after_a_week(case):
    token = CheckInTokens(KEY).sign("alice", "", RUN, case.clock())
    case.clock.forward(days=7, seconds=-1)
    assert (await case.check_in(token)).status == 200
    case.clock.forward(seconds=2)
    assert (await case.check_in(token)).code == "introduce_yourself"


async def test_and_when_the_hub_does_not_show_its_server_any_more(case):
    token = (await case.check_in("alices-server")).json["token"]
    case.hub.users["alice"] = case.hub.users["dan"].model_copy(update={"name": "alice"})
    case.clock.forward(minutes=11)
    await case.parts.active.refresh(wanted=True)
    assert (await case.check_in(token)).code == "introduce_yourself"


async def test_introductions_are_rationed(case):
    for number in range(50):
        case.hub.tokens[f"server-{number}"] = server_of(f"user-{number}")
        assert (await case.check_in(f"server-{number}", f"user-{number}")).status == 200
    case.hub.tokens["one-more"] = server_of("one-more")
    answer = await case.check_in("one-more", "one-more")
    assert (answer.status, answer.code) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) >= 1
    assert "one-more" not in case.hub.asked
    case.seconds += 0.3
    assert (await case.check_in("one-more", "one-more")).status == 200


async def test_a_server_that_reports_too_often(case):
    token = (await case.check_in("alices-server")).json["token"]
    answers = [await case.check_in(token) for _ in range(7)]
    assert [answer.status for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) == 3
    bobs = await case.check_in("bobs-server", "bob", "gpu")
    assert bobs.status == 200  # that is nobody else's business
    case.seconds += 5
    assert (await case.check_in(token)).status == 200


async def test_what_comes_back(case):
    await case.put_rule("admin", ("group", "class-a"), {"server": {"idle_timeout": 900}})
    answer = (await case.check_in("alices-server", presence_seconds=60)).json
    assert answer["now"] == case.clock().isoformat().replace("+00:00", "Z")
    assert 4.5 <= answer["next_checkin_seconds"] <= 5.5
    limit = answer["rules"]["server"]["idle_timeout"]
    assert (limit["value"], limit["origin"]["level"], limit["origin"]["name"]) == (
        900,
        "group",
        "class-a",
    )
    assert answer["decision"]["verdict"] == "keep"
    deadline = case.clock.after(seconds=900 - 60).isoformat().replace("+00:00", "Z")
    assert answer["decision"]["deadline"] == deadline
    assert answer["notices"] == answer["requests"] == []


async def test_a_changed_rule_holds_with_the_next_report(case):
    token = (await case.check_in("alices-server")).json["token"]
    await case.put_rule("admin", ("user", "alice"), {"kernels": {"idle_timeout": 77}})
    answer = (await case.check_in(token)).json
    assert answer["rules"]["kernels"]["idle_timeout"]["value"] == 77


async def test_a_server_that_the_hub_was_not_seen_to_show_yet(case):
    await case.put_rule("admin", ("group", "class-a"), {"server": {"idle_timeout": 900}})
    first = (await case.check_in("dans-server", "dan")).json
    again = (await case.check_in(first["token"], "dan")).json
    for answer in (first, again):
        assert answer["rules"]["server"]["idle_timeout"]["value"] == 900  # its owner's group's
        assert answer["decision"]["verdict"] == "keep"


async def test_an_older_report_is_void(case):
    new, old = case.report(kernels=[kernel("new")]), case.report(kernels=[kernel("old")])
    new["sequence"], old["sequence"] = 7, 6
    token = (await case.api("POST", "agents/checkin", "alices-server", new)).json["token"]
    assert (await case.api("POST", "agents/checkin", token, old)).status == 200
    assert case.parts.reports.of("alice", "").kernels[0].id == "new"
    # The next run counts from the beginning.
    next_run = case.report(run="run-number-2", kernels=[kernel("next")])
    next_run["sequence"] = 0
    assert (await case.api("POST", "agents/checkin", "alices-server", next_run)).status == 200
    assert case.parts.reports.of("alice", "").kernels[0].id == "next"


@pytest.mark.parametrize(
    "more",
    [
        {"kernels": [kernel(str(n)) for n in range(101)]},
        {"kernels": [kernel(idle_seconds=-1)]},
        {"kernels": [kernel(idle_seconds=1e400)]},
        {"presence_seconds": -5},
        {"tabs": 10_001},
        {"stops": [{"kind": "server", "name": "x", "reason": "y", "outcome": "done"}]},
        {"run": "short"},
        {"sequence": 2**70},
        {"version": "x" * 51},
    ],
)
async def test_a_report_beyond_its_bounds(case, more):
    body = {**case.report(), **more}
    answer = await case.api("POST", "agents/checkin", "alices-server", body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert len(case.parts.reports) == 0


async def test_what_a_newer_server_says_besides_is_left_out(case):
    new = {"surprise": {"of": ["a newer version"]}}
    stop = {"id": "1", "kind": "kernel", "name": "k0", "reason": "idle", "outcome": "done"}
    answer = await case.check_in(
        "alices-server",
        **new,
        kernels=[kernel(**new)],
        terminals=[{"name": "1", "idle_seconds": 60, **new}],
        stops=[{**stop, **new}],
        done=[{"id": "1", "ok": True, **new}],
    )
    assert answer.status == 200, answer.body
    report = case.parts.reports.of("alice", "")
    assert (report.kernels[0].id, report.terminals[0].name) == ("k1", "1")
    assert [entry["action"] for entry in await case.log()] == ["stop-kernel"]


async def test_what_it_stopped_by_itself_is_written_down_once(case):
    stop = {"kind": "kernel", "name": "a\x00b\n.ipynb", "reason": "idle", "outcome": "done"}
    token = (await case.check_in("alices-server", stops=[{**stop, "id": "1"}])).json["token"]
    # The answer was lost, so that it says it again, and one more.
    failed = {**stop, "id": "2", "outcome": "failed"}
    await case.check_in(token, stops=[{**stop, "id": "1"}, failed])
    log = await case.log()
    assert [(entry["action"], entry["outcome"]) for entry in log] == [
        ("stop-kernel", "failed"),
        ("stop-kernel", "done"),
    ]
    assert log[0]["user"] == "alice"
    assert "\x00" not in log[0]["target"]
    assert "\n" not in log[0]["target"]


async def test_many_servers_come_less_often(case):
    for number in range(3000):
        case.parts.reports._reports[f"u{number}", ""] = None
    answer = (await case.check_in("alices-server")).json
    assert 18 <= answer["next_checkin_seconds"] <= 22
    # But at once when there is something to do in it.
    await case.api("POST", "servers/alice/extend", "alice", {"until": None})
    token = answer["token"]
    await case.check_in(token, kernels=[kernel()])
    asked = await case.api("POST", "servers/alice/kernels/k1/shutdown", "admin")
    assert asked.status == 202, asked.body
    answer = (await case.check_in(token, kernels=[kernel()])).json
    assert answer["next_checkin_seconds"] <= 5.5


async def test_it_comes_when_its_owner_is_to_be_warned(case):
    for number in range(150 * 60):
        case.parts.reports._reports[f"u{number}", ""] = None
    rule = {"server": {"idle_timeout": 1000, "warn_before": 600}}
    await case.put_rule("admin", ("hub", ""), rule)
    answer = (await case.check_in("alices-server", presence_seconds=370)).json
    assert 0.9 * 25 <= answer["next_checkin_seconds"] <= 1.1 * 25  # the warning is due in 30 s


async def test_it_is_told_what_its_report_says_though_time_passes_meanwhile(case, monkeypatch):
    """A report that has just come has not stopped: the Hub's word does not count."""

    def ticks(clock):
        clock.now += timedelta(microseconds=50)
        return clock.now

    monkeypatch.setattr(type(case.clock), "__call__", ticks)
    answer = (await case.check_in("alices-server", kernels=[kernel(idle_seconds=2400)])).json
    assert answer["decision"]["reason_code"] == "idle"
    used = datetime.fromisoformat(answer["decision"]["last_activity"].replace("Z", "+00:00"))
    assert 2399 < (case.clock.now - used).total_seconds() < 2401


async def test_reports_outlive_a_restart_and_are_forgotten_with_their_server(case):
    await case.check_in("alices-server", kernels=[kernel()])
    await case.check_in("bobs-server", "bob", "gpu")
    case.clock.forward(seconds=50)
    await case.restart()
    assert case.parts.reports.of("alice", "").kernels[0].path == "train.ipynb"
    case.hub.users["bob"] = case.hub.users["dan"].model_copy(update={"name": "bob"})
    case.clock.forward(minutes=3)
    await case.parts.active.refresh(wanted=True)
    await case.service.refresh()
    assert case.parts.reports.of("bob", "gpu") is None
    assert case.parts.reports.of("alice", "") is not None
    await case.restart()
    assert case.parts.reports.of("bob", "gpu") is None


async def test_until_the_servers_have_come_back_none_of_them_is_stopped(case):
    assert case.parts.settling.until == case.clock()
    await case.check_in("alices-server")
    for away, at_most in ((50, 100), (3600, 330)):
        case.clock.forward(seconds=away)
        await case.restart()
        wait = timedelta(seconds=30 + at_most + 1 / 25)
        assert case.parts.settling.until == case.clock() + wait
        case.clock.forward(seconds=-away)
    case.clock.forward(days=2)
    await case.restart()

    async def verdicts():
        items = (await case.api("GET", "servers", "admin")).json["items"]
        return {item["user"]: item["decision"]["verdict"] for item in items}

    assert await verdicts() == {"admin": "cull", "alice": "keep", "bob": "cull", "carol": "cull"}
    case.pass_by(minutes=7)
    assert (await verdicts())["alice"] == "cull"


async def test_who_has_reported_what_cannot_be_read_is_waited_for_too(case):
    await case.check_in("alices-server")
    case.clock.forward(days=2)
    await case.close()
    file = SqliteDatabase(case.url.removeprefix("sqlite:///"))
    file.execute("UPDATE hub_admin_lab_reports SET report = '{}'")
    await case.start()
    await case.service.culler.one_pass()
    assert sorted(user for user, _ in case.hub.stopped) == ["admin", "bob", "carol"]
    (item,) = (await case.api("GET", "servers?user=alice", "alice")).json["items"]
    assert item["decision"]["reason_code"] == "settling"
    assert item["decision"]["deadline"] > case.clock.after(minutes=5).isoformat()
    case.pass_by(minutes=7)
    await case.service.culler.one_pass()
    assert ("alice", "") in case.hub.stopped


async def test_and_by_its_next_report_it_is_known_again(case):
    await case.check_in("alices-server")
    await case.close()
    file = SqliteDatabase(case.url.removeprefix("sqlite:///"))
    file.execute("UPDATE hub_admin_lab_reports SET report = '{}'")
    await case.start()
    assert case.parts.reports.is_unreadable("alice", "")
    assert (await case.check_in("alices-server")).status == 200
    assert case.parts.reports.unreadable == 0
    await case.parts.reports.flush()
    assert list(await case.store.reports()) == [("alice", "")]


async def test_reports_that_could_not_be_written_are_written_later(case, monkeypatch):
    from hub_admin_lab.errors import StoreUnavailable

    async def away(_batch):
        raise StoreUnavailable("away")

    await case.check_in("alices-server", kernels=[kernel()])
    with monkeypatch.context() as patch:
        patch.setattr(case.store, "save_reports", away)
        with pytest.raises(StoreUnavailable):
            await case.parts.reports.flush()
    assert await case.store.reports() == {}
    await case.parts.reports.flush()
    assert list(await case.store.reports()) == [("alice", "")]
