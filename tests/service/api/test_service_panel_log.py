"""`POST audit`: what people did in the panel, told in their own name and in nobody else's."""

from __future__ import annotations

import pytest

from hub_admin_lab.models.told import MOST_TOLD, ToldAction
from hub_admin_lab.service.app import TELLER_AT_ONCE, TELLER_PER_SECOND
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


async def readers(case, *tokens):
    seen = []
    for token in tokens:
        answer = await case.api("GET", "audit", token)
        if answer.json["items"]:
            seen.append(token)
    return seen


@pytest.mark.parametrize(
    ("token", "user", "expected"),
    [
        # Of their group, and of themselves.
        ("assistant", "alice", ["admin", "assistant", "alice"]),
        ("assistant", "assistant", ["admin", "assistant"]),
        ("watcher", "watcher", ["admin", "watcher"]),
        # Of somebody with whom they have nothing to do: carol, and her assistant, read nothing.
        ("assistant", "carol", ["admin", "assistant"]),
        ("watcher", "carol", ["admin"]),
        ("assistant", "nobody", ["admin", "assistant"]),
        ("admin", "carol", ["admin", "carol", "b"]),
        ("carols", "carol", ["admin", "carol", "b"]),
        ("carols", "alice", ["admin"]),
    ],
)
async def test_who_reads_what_somebody_tells_of_whom(case, token, user, expected):
    case.hub.tokens["b"] = person("b", "custom:hub-admin-lab:rules!group=class-b")
    case.hub.tokens["carols"] = person("x", "list:users!user=carol")
    assert (await tell(case, token, told(user=user, target=user))).status == 204
    people = ["admin", "assistant", "watcher", "alice", "carol", "b"]
    assert await readers(case, *people) == expected


async def test_the_hub_is_asked_for_the_members_of_a_group_once_a_minute(case, monkeypatch):
    asked = []
    members_of = case.hub.members_of

    async def counted(group):
        asked.append(group)
        return await members_of(group)

    monkeypatch.setattr(case.parts.members, "_ask", counted)
    for number in range(5):
        await tell(case, "assistant", *(told(number * 9 + n, user=f"user{n}") for n in range(9)))
        await tell(case, "admin", told(user="carol"))
    assert asked == ["class-a"]


@pytest.mark.parametrize(
    "action", ["change-rule", "keep-server", "stop-kernel", "send-notice", "x"]
)
async def test_nobody_tells_of_what_the_service_does_itself(case, action):
    answer = await tell(case, "admin", told(action=action))
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert await case.log() == []


async def test_told_again_it_is_how_that_one_ended(case):
    await tell(case, "admin", told(outcome="pending"))
    await tell(case, "admin", told(outcome="failed", message="It did not."))
    await tell(case, "admin", told())
    (entry,) = await case.log()
    assert (entry["outcome"], entry["message"]) == ("failed", "It did not.")


async def test_a_server_is_asked_for_nothing_that_was_only_told(case):
    case.hub.tokens["alice"] = person("alice", "list:users", groups=["class-a"])
    await case.check_in(kernels=[kernel("k1")])
    action = told(user="bob", server="gpu", target="k1", outcome="pending")
    as_if = ToldAction(**action).model_copy(update={"action": "stop-kernel"})
    await case.store.tell("alice", [as_if])
    await case.restart()
    case.hub.tokens["bobs-server"] = server_of("bob", "gpu", groups=["class-a"])
    answer = await case.check_in("bobs-server", "bob", "gpu", kernels=[kernel("k1")])
    assert answer.json["requests"] == []


async def test_what_never_ended_ends_after_a_day(case):
    await tell(case, "admin", told(outcome="pending"))
    case.pass_by(days=1, seconds=1)
    await case.service.tidy()
    (entry,) = await case.log()
    assert (entry["outcome"], entry["message"]) == ("unknown", "Nobody told how this ended.")
    answer = await case.api("GET", "audit?outcome=unknown", "admin")
    assert [each["id"] for each in answer.json["items"]] == [entry["id"]]


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "short"},
        {"id": "g" * 16},
        {"action": "Stop server"},
        {"action": "x" * 51},
        {"outcome": "begun"},
        {"outcome": "unknown"},
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
    case.parts.tellers.take("admin", TELLER_AT_ONCE - MOST_TOLD)
    full = [told(number) for number in range(MOST_TOLD)]
    assert (await tell(case, "admin", *full)).status == 204
    # By whichever of their tokens, and a few a second from then on.
    case.hub.tokens["another"] = case.hub.tokens["admin"]
    answer = await tell(case, "another", *full)
    assert (answer.status, answer.code) == (429, "too_many_requests")
    wait = int(answer.headers["Retry-After"])
    assert wait == MOST_TOLD / TELLER_PER_SECOND == 40
    assert (await tell(case, "assistant", *full)).status == 204
    case.pass_by(seconds=wait - 1)
    assert (await tell(case, "admin", *full)).status == 429
    case.pass_by(seconds=1)
    assert (await tell(case, "admin", *full)).status == 204


async def test_the_hub_is_asked_once_a_minute_whose_token_it_is(case):
    before = case.hub.asked.count("admin")
    for _ in range(10):
        await tell(case, "admin", *(told(n) for n in range(200)))
    assert case.hub.asked.count("admin") == before + 1
    case.pass_by(seconds=LOOK)
    await tell(case, "admin", told())
    assert case.hub.asked.count("admin") == before + 2
