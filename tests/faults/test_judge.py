"""The judge of the fault test sees what is wrong, and only that."""

from __future__ import annotations

import pytest

from . import judge, records
from .known import Known, Life, Told, Troubles
from .plan import CLOSE, FAULTS, plan
from .records import Entry, Stop

BEGAN = 1000.0
LIMIT = 20


@pytest.fixture
def life():
    return Life("alice", "idle", Known(LIMIT), started=[BEGAN], alive=[[BEGAN, None]])


def judged(life, at, *told, troubles=None):
    return judge.what_is_wrong(life, told, troubles or Troubles(), BEGAN + at)


def service(at, activity=None, busy=False):
    return Told("service", BEGAN + at, activity and BEGAN + activity, busy)


def hub(at, activity):
    return Told("hub", BEGAN + at, BEGAN + activity, False)


def test_idle_for_the_limit(life):
    assert judged(life, 20) is None
    assert "19.0 s of 20 s" in judged(life, 19)


def test_what_it_told_counts(life):
    assert judged(life, 30, service(20, 15)) is not None
    assert judged(life, 36, service(20, 15)) is None
    assert judged(life, 30, hub(20, 15)) is not None


def test_what_it_could_have_told_counts_while_its_agent_lives(life):
    life.used = [BEGAN + 15]
    assert judged(life, 30, service(10)) is not None
    life.alive = [[BEGAN, BEGAN + 16]]
    assert judged(life, 30, service(10)) is None
    life.alive.append([BEGAN + 17, None])
    assert judged(life, 30, service(10)) is None


def test_what_comes_too_late_does_not(life):
    life.used = [BEGAN + 28]
    assert judged(life, 30, service(10)) is None


def test_a_server_that_never_told_the_service_is_judged_by_what_the_hub_was_told(life):
    life.used = [BEGAN + 15]
    assert judged(life, 30) is None
    assert judged(life, 30, hub(16, 15)) is not None


def test_a_busy_one_stays_though_it_is_silent(life):
    life.alive = [[BEGAN, BEGAN + 10]]
    assert judged(life, 500, service(10, busy=True)) == "it was busy"


def test_what_the_service_could_not_write_before_it_was_killed_is_lost(life):
    told = service(10, busy=True)
    killed = [BEGAN + 12]
    assert judged(life, 500, told, troubles=Troubles(killed)) is None
    killed = [BEGAN + 30]
    assert judged(life, 500, told, troubles=Troubles(killed)) == "it was busy"
    away = [(BEGAN + 5, BEGAN + 25)]
    assert judged(life, 500, told, troubles=Troubles(killed, away)) is None


def test_exempt_and_kept(life):
    life.exempt.acknowledged(BEGAN, BEGAN + 100)
    assert judged(life, 50) == "it was exempt"
    assert judged(life, 101) is None
    life.kept.acknowledged(BEGAN, BEGAN + 200)
    assert judged(life, 150) == "somebody kept it"


def test_a_change_holds_once_it_is_acknowledged(life):
    life.limit.sent(BEGAN + 30, 60)
    assert judged(life, 40) is None
    life.limit.acknowledged(BEGAN + 41, 60)
    assert judged(life, 45) is None
    assert "of 60 s" in judged(life, 47)
    life.limit.sent(BEGAN + 50, 20)
    life.limit.refused(BEGAN + 51)
    assert "of 60 s" in judged(life, 58)


def entry(id_, at, ended, outcome="done"):
    return Entry(id_, "alice", at, ended, outcome, "")


@pytest.mark.parametrize(
    ("stops", "entries", "words"),
    [
        ([Stop("alice", 11, 12)], [entry(1, 10, 13)], []),
        ([Stop("alice", 11)], [entry(1, 10, 13, "failed")], []),
        ([], [entry(1, 10, 13, "failed")], []),
        ([Stop("alice", 11, 12)], [], ["has 0 entries"]),
        ([Stop("alice", 11, 12)], [entry(1, 10, 13, "failed")], ["did not end as"]),
        ([Stop("alice", 11)], [entry(1, 10, 13)], ["did not end as"]),
        ([], [entry(1, 10, 13)], ["never was"]),
        ([], [entry(1, 10, None, "begun")], ["never ended"]),
        (
            [Stop("alice", 11, 12)],
            [entry(1, 10, 13), entry(2, 10.5, 13)],
            ["two at the same time", "has 2 entries"],
        ),
        (
            [Stop("alice", 11, 12), Stop("alice", 14, 15)],
            [entry(1, 10, 16)],
            ["is all that tells"],
        ),
    ],
)
def test_the_log_tells_each_stop_once(stops, entries, words):
    wrong = records.what_is_wrong(stops, entries)
    assert len(wrong) == len(words)
    for line, word in zip(wrong, words, strict=True):
        assert word in line


def test_a_plan_is_the_same_with_the_same_seed_and_has_each_fault_soon():
    first, again = (plan(7, ["a", "b"]) for _ in range(2))
    faults = [next(first) for _ in range(100)]
    assert faults == [next(again) for _ in range(100)]
    soon = faults[: len(FAULTS)]
    assert {fault.kind for fault in soon} == set(FAULTS)
    assert max(fault.after for fault in soon) <= CLOSE[1]
