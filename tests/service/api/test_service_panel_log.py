"""`POST audit`: what people did in the panel, told in their own name and in nobody else's."""

from __future__ import annotations

import pytest

from hub_admin_lab.service.app import TELLER_AT_ONCE
from hub_admin_lab.service.whoami import LOOK

from .case import kernel
from .people import person, server_of

ID = "0123456789abcdef"


def told(number=0, **more):
    fields = {"action": "stop-server", "user": "alice", "server": "", "target": "alice"}
    return {"id": f"{number:016x}", "outcome": "done", **fields, **more}


async def tell(case, token, *entries):
    return await case.api("POST", "audit", token, {"entries": list(entries)})


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("admin", 204),
        ("assistant", 204),
        ("watcher", 204),
        # Who has no panel in which anything could be done.
        ("alice", 403),
        ("stopper", 403),
        ("grader", 403),
        ("nosy", 403),
        # Whoever has alice's server could tell anything by it.
        ("admin-at-alices", 403),
        ("alices-server", 403),
        ("nobody", 401),
        (None, 401),
    ],
)
async def test_who_may_tell(case, token, status):
    answer = await tell(case, token, told())
    assert answer.status == status
    assert len(await case.log()) == (status == 204)


async def test_a_visitors_token_with_all_of_the_panels_scopes_tells_nothing(case):
    scopes = ["list:users", "read:servers", "servers"]
    case.hub.tokens["left"] = person("admin", *scopes, at="alice/", admin=True)
    assert (await tell(case, "left", told())).status == 403


async def test_it_is_told_in_the_callers_own_name_and_marked(case):
    sent = told(target="ali\x1bce", reason="On\nwish", message="It", actor="admin", told=False)
    assert (await tell(case, "assistant", sent)).status == 204
    (entry,) = await case.log()
    assert (entry["actor"], entry["told"]) == ("assistant", True)
    assert (entry["target"], entry["reason"]) == ("ali\ufffdce", "On\ufffdwish")
    await case.put_rule("admin", ("hub",), {"server": {"idle_timeout": 7200}})
    assert [entry["told"] for entry in await case.log()] == [False, True]


@pytest.mark.parametrize("name", ["hub_admin_lab", "service grader", "user x"])
async def test_nobody_is_named_as_the_service_or_another_one_is(case, name):
    case.hub.tokens["x"] = person(name, "list:users")
    await tell(case, "x", told())
    (entry,) = await case.log()
    assert entry["actor"] == f"user {name}"


async def test_who_reads_it(case):
    await tell(case, "admin", told(1), told(2, user="carol", target="carol"), told(3, user=""))
    seen = {}
    for token in ("admin", "assistant", "alice", "carol", "dans-server"):
        answer = await case.api("GET", "audit", token)
        seen[token] = len(answer.json["items"]) if answer.status == 200 else answer.status
    assert seen == {"admin": 3, "assistant": 1, "alice": 1, "carol": 1, "dans-server": 403}


async def test_told_again_it_is_how_that_one_ended(case):
    await tell(case, "admin", told(outcome="pending"))
    await tell(case, "admin", told(outcome="failed", message="It did not."))
    await tell(case, "admin", told())
    (entry,) = await case.log()
    assert (entry["outcome"], entry["message"]) == ("failed", "It did not.")


async def test_a_server_is_asked_for_nothing_that_was_only_told(case):
    case.hub.tokens["alice"] = person("alice", "list:users", groups=["class-a"])
    await case.check_in(kernels=[kernel("k1")])
    action = told(action="stop-kernel", user="bob", server="gpu", target="k1", outcome="pending")
    await tell(case, "alice", action)
    await case.restart()
    case.hub.tokens["bobs-server"] = server_of("bob", "gpu", groups=["class-a"])
    answer = await case.check_in("bobs-server", "bob", "gpu", kernels=[kernel("k1")])
    assert answer.json["requests"] == []


async def test_what_never_ended_ends_after_a_day(case):
    await tell(case, "admin", told(outcome="pending"))
    case.pass_by(days=1, seconds=1)
    await case.service.tidy()
    (entry,) = await case.log()
    assert entry["outcome"] == "failed"


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "short"},
        {"id": "g" * 16},
        {"action": "Stop server"},
        {"action": "x" * 51},
        {"outcome": "begun"},
        {"outcome": "perhaps"},
        {"user": "x" * 256},
        {"reason": "x" * 1001},
        {"seconds_ago": -1},
        {"seconds_ago": 86401},
        {"target": None},
    ],
    ids=str,
)
async def test_nonsense_is_refused_and_nothing_of_it_written(case, entry):
    answer = await tell(case, "admin", told(1), told(2, **entry))
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert await case.log() == []


async def test_there_is_no_end_of_entries_in_one_request_and_none_in_many(case):
    assert (await tell(case, "admin")).status == 400
    assert (await tell(case, "admin", *(told(n) for n in range(201)))).status == 400
    for _ in range(TELLER_AT_ONCE):
        assert (await tell(case, "admin", told())).status == 204
    # By whichever of their tokens.
    case.hub.tokens["another"] = case.hub.tokens["admin"]
    answer = await tell(case, "another", told())
    assert (answer.status, answer.code) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) <= 2
    assert (await tell(case, "assistant", told())).status == 204
    case.pass_by(seconds=2)
    assert (await tell(case, "admin", told())).status == 204


async def test_the_hub_is_asked_once_a_minute_whose_token_it_is(case):
    before = case.hub.asked.count("admin")
    for _ in range(10):
        await tell(case, "admin", *(told(n) for n in range(200)))
    assert case.hub.asked.count("admin") == before + 1
    case.pass_by(seconds=LOOK)
    await tell(case, "admin", told())
    assert case.hub.asked.count("admin") == before + 2
