"""What people do here, told to the hub service's log: some at a time, and as well as it can be."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest

from hub_admin_lab.errors import ServiceUnreachable
from hub_admin_lab.hub import telling as module
from hub_admin_lab.hub.records import Record, Records, Target, on_server, on_user
from hub_admin_lab.hub.relay import Relayed
from hub_admin_lab.hub.telling import AWAY_FIRST, AWAY_MOST, GATHER, MOST_TRIES, Telling
from hub_admin_lab.models.told import OLDEST_TOLD, AuditTold, PanelAction

from .failing_hub import ADMIN
from .virtual_clock import VirtualClock

SECRET = "admins-t0ken"
ME = replace(ADMIN, token=SECRET)


class Case:
    """A service that answers as it is told to, and what was asked of it."""

    def __init__(self):
        self.clock = VirtualClock()
        self.answers = [Relayed(204, b"")]
        self.asked = []
        self.telling = Telling(
            self._ask, logging.getLogger("test"), clock=self.clock.clock, sleep=self.clock.sleep
        )

    async def _ask(self, method, path, token, *, body):
        assert (method, path) == ("POST", "audit")
        assert len(body) < 256 * 1024
        AuditTold.model_validate_json(body)
        self.asked.append((self.clock.seconds, token, json.loads(body)["entries"]))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, Relayed):
            await answer
            return Relayed(204, b"")
        return answer

    def tell(self, action="stop-server", target=None, outcome="done", *, actor=ME, **more):
        target = on_server("alice", "") if target is None else target
        self.telling.tell(actor, Record(action, target, outcome, **more))

    async def told(self):
        """What is told when all that waits is."""
        await self.clock.until(lambda: not self.telling._waiting and self.telling._working.done())
        return [entry for _, _, entries in self.asked for entry in entries]


@pytest.fixture
def case():
    return Case()


async def test_what_has_begun_and_ended_is_told_as_one(case):
    case.tell(outcome="pending")
    await case.clock.pass_by(1)
    case.tell(outcome="failed", how="With care", why="The hub could not stop it.")
    (entry,) = await case.told()
    assert entry.pop("id").isalnum()
    assert entry == {
        "action": "stop-server",
        "user": "alice",
        "server": "",
        "target": "alice",
        "reason": "With care",
        "outcome": "failed",
        "message": "The hub could not stop it.",
        "seconds_ago": GATHER,
    }


async def test_what_goes_on_is_told_and_then_how_it_ended_by_the_same_id(case):
    case.tell("start-server", outcome="pending")
    await case.told()
    await case.clock.pass_by(60)
    case.tell("start-server")
    begun, ended = await case.told()
    assert (begun["outcome"], ended["outcome"]) == ("pending", "done")
    assert begun["id"] == ended["id"]
    assert ended["seconds_ago"] == GATHER + 60 + GATHER
    # The next start is another one.
    case.tell("start-server")
    assert (await case.told())[-1]["id"] != begun["id"]


async def test_what_different_people_do_is_told_each_with_their_own_token(case):
    other = replace(ME, name="assistant", token="another-t0ken")
    for number in range(3):
        case.tell(target=on_server("alice", str(number)))
        case.tell(target=on_server("bob", str(number)), actor=other)
    await case.told()
    tokens = {token: [e["user"] for e in entries] for _, token, entries in case.asked}
    assert tokens == {SECRET: ["alice"] * 3, "another-t0ken": ["bob"] * 3}


async def test_a_bulk_of_thousands_is_a_few_requests(case):
    for number in range(5000):
        case.tell(target=on_server(f"user{number}", ""), outcome="pending")
        case.tell(target=on_server(f"user{number}", ""))
    told = await case.told()
    assert [entry["user"] for entry in told] == [f"user{number}" for number in range(5000)]
    assert {entry["outcome"] for entry in told} == {"done"}
    assert len(case.asked) == 25


async def test_long_texts_are_cut_and_requests_stay_as_small_as_the_service_takes(case):
    for number in range(100):
        text = f"{number}\ud800" + "é\x01" * 2000
        case.tell(target=Target(text, text[:300], text), how=text, why=text)
    told = await case.told()
    assert len(told) == 100
    assert all(len(entry["message"]) == 1000 for entry in told)


@pytest.mark.parametrize(
    "answer",
    [
        ServiceUnreachable("It is away."),
        *(Relayed(status, b"{}") for status in (500, 502, 503, 504)),
    ],
    ids=["away", "failed", "no answer of the Hub", "no database", "a slow Hub"],
)
async def test_a_service_that_is_away_is_told_later_and_the_log_says_so_once(case, caplog, answer):
    case.answers = [*[answer] * 6, Relayed(204, b"")]
    case.tell(outcome="pending")
    await case.clock.pass_by(GATHER + 1)
    case.tell("bulk-stop", Target("3 servers"))
    case.tell()
    told = await case.told()
    times = [seconds for seconds, _, _ in case.asked]
    assert [b - a for a, b in pairwise(times)] == [AWAY_FIRST, 10, 20, 40, AWAY_MOST, AWAY_MOST]
    assert [(e["action"], e["outcome"]) for e in case.asked[-1][2]] == [
        ("stop-server", "done"),
        ("bulk-stop", "done"),
    ]
    assert len({entry["id"] for entry in told}) == 2
    (warning,) = caplog.messages
    assert "is not told what is done here" in warning
    assert SECRET not in caplog.text
    case.answers = [answer, Relayed(204, b"")]
    case.tell()
    await case.told()
    assert len(caplog.messages) == 2


async def test_as_long_as_it_asks_for_it_is_waited(case):
    case.answers = [Relayed(429, b"{}", retry_after=7), Relayed(204, b"")]
    case.tell()
    await case.told()
    assert [seconds for seconds, _, _ in case.asked] == [GATHER, GATHER + 7]


@pytest.mark.parametrize("status", [400, 401, 403, 405, 413])
async def test_what_it_does_not_take_is_told_no_more(case, caplog, status):
    case.answers = [Relayed(status, b"{}")] * 2 + [Relayed(204, b"")]
    case.tell(why="Not for the log.")
    await case.told()
    for number in range(12):
        case.tell("delete-server", on_server("carol\n", str(number)))
    await case.told()
    case.tell(target=on_user("bob"))
    told = await case.told()
    assert [entry["user"] for entry in told] == ["alice", *["carol\n"] * 12, "bob"]
    # Each time: who reads it knows where to look for the action.
    first, second = caplog.messages
    assert "which the log of this server has: stop-server alice." in first
    assert "delete-server carol\ufffd/0, " in second
    assert "carol\ufffd/9 and 2 more." in second
    assert str(status) in first
    assert "Not for the log" not in caplog.text
    assert SECRET not in caplog.text


async def test_what_it_fails_at_does_not_keep_the_rest_from_it_for_ever(case, caplog):
    case.answers = [*[Relayed(500, b"{}")] * MOST_TRIES, Relayed(204, b"")]
    case.tell()
    await case.clock.until(lambda: len(case.asked) == MOST_TRIES - 1)
    case.tell(target=on_user("bob"))
    told = await case.told()
    assert [entry["user"] for _, _, (entry, *_) in case.asked] == ["alice"] * MOST_TRIES + ["bob"]
    assert [entry["user"] for entry in told].count("bob") == 2
    assert case.clock.seconds < 3600
    assert "stop-server alice. It answers 500." in caplog.messages[-1]


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_while_what_it_needs_is_away_it_is_told_again_for_a_day(
    case, caplog, monkeypatch, status
):
    day = 3600
    monkeypatch.setattr(module, "OLDEST_TOLD", day)
    case.answers = [Relayed(status, b"{}")]
    case.tell()
    await case.clock.until(lambda: case.clock.seconds > day - 200)
    case.tell(target=on_user("bob"))
    assert len(case.telling._waiting) == 2
    await case.clock.until(lambda: case.clock.seconds > day + 100)
    case.answers = [Relayed(204, b"")]
    await case.told()
    assert [entry["user"] for entry in case.asked[-1][2]] == ["bob"]
    assert "(actions: 1)" in caplog.messages[-1]
    assert len(caplog.messages) == 2


async def test_what_waits_for_it_is_bounded(case, monkeypatch, caplog):
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    for number in range(30):
        case.tell(target=on_user(str(number)))
    assert [entry["user"] for entry in await case.told()] == [str(n) for n in range(20, 30)]
    case.tell()
    await case.told()
    (warning,) = caplog.messages
    assert "(actions: 20)" in warning


async def test_what_is_lost_is_said_at_the_end_of_the_server_too(case, monkeypatch, caplog):
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    case.answers = [ServiceUnreachable("It is away.")]
    for number in range(30):
        case.tell(target=on_user(str(number)))
    await case.telling.close()
    assert "(actions: 20)" in caplog.messages[-1]


async def test_bulks_of_as_many_servers_are_different_actions(case):
    many = Target("3 servers")
    case.tell("bulk-stop", many, "pending", which="one")
    case.tell("bulk-stop", many, "pending", which="two")
    await case.told()
    case.tell("bulk-stop", many, which="one")
    case.tell("bulk-stop", many, "failed", which="two")
    told = await case.told()
    ends = {entry["id"]: entry["outcome"] for entry in told}
    assert [entry["id"] for entry in told[:2]] == list(ends)
    assert list(ends.values()) == ["done", "failed"]


async def test_servers_that_are_shown_alike_are_different_ones(case):
    case.tell(target=on_server("a/b", ""), outcome="pending")
    case.tell(target=on_server("a", "b"))
    told = await case.told()
    assert [(entry["user"], entry["outcome"]) for entry in told] == [
        ("a/b", "pending"),
        ("a", "done"),
    ]


async def test_an_end_that_comes_days_later_is_told_by_itself(case):
    case.tell(outcome="pending")
    (begun,) = await case.told()
    await case.clock.pass_by(OLDEST_TOLD + 1)
    case.tell(target=on_user("bob"))
    assert not case.telling._under_way
    case.tell()
    *_, ended = await case.told()
    # The service has given the other one up by then.
    assert (ended["outcome"], ended["seconds_ago"]) == ("done", GATHER)
    assert ended["id"] != begun["id"]


async def test_the_end_of_the_server_tells_what_is_left(case):
    for number in range(300):
        case.tell(target=on_user(str(number)))
    await case.clock.settle()
    await case.telling.close()
    assert sum(len(entries) for _, _, entries in case.asked) == 300
    # And waits for nothing where there is nothing.
    await Case().telling.close()


async def test_after_the_end_nothing_is_told(case):
    await case.telling.close()
    case.tell()
    await case.clock.settle()
    assert (case.telling._working, case.asked) == (None, [])


@pytest.mark.parametrize("action", get_args(PanelAction))
async def test_whatever_the_panel_does_can_be_told(case, action):
    case.tell(action)
    (entry,) = await case.told()
    assert entry["action"] == action


async def test_the_end_of_the_server_does_not_wait_for_a_service_that_is_away(case, monkeypatch):
    monkeypatch.setattr(module, "LAST", 0.01)
    case.answers = [asyncio.Event().wait()]
    case.tell()
    await case.telling.close()
    assert len(case.asked) == 1
    case = Case()
    case.answers = [ServiceUnreachable("It is away.")]
    case.tell()
    await case.telling.close()
    assert len(case.asked) == 1


async def test_what_is_recorded_here_is_told_in_its_parts(case):
    written = []

    class Log:
        def record(self, **fields):
            written.append(fields["reason"])

    records = Records(Log(), case.telling)
    records.write(ME, "rename-user", on_user("bob"), "failed", how="To rob", why="He is there.")
    (entry,) = await case.told()
    assert written == ["To rob: He is there."]
    assert (entry["reason"], entry["message"]) == ("To rob", "He is there.")
    assert (entry["user"], entry["server"]) == ("bob", None)
