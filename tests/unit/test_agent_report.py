"""What is reported: within the bounds of the service's own model, whatever goes on in a server."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from hub_admin_lab.agent import report as module
from hub_admin_lab.agent.ages import Ages
from hub_admin_lab.agent.report import Reports
from hub_admin_lab.idle.here import Seen, Stop
from hub_admin_lab.idle.kernels import KernelFacts
from hub_admin_lab.idle.terminals import TerminalFacts
from hub_admin_lab.models import report as model
from hub_admin_lab.models.report import CheckIn

from .agent_cases import Case
from .virtual_clock import BEGIN


@pytest.fixture
def case():
    return Case()


@pytest.fixture
def make(case):
    reports = Reports(case.here, case.time.clock)

    async def make(**seen):
        case.seen = Seen(at=case.time.now(), **seen)
        body = (await reports.make()).body
        return CheckIn.model_validate_json(json.dumps(body, allow_nan=False))

    return make


def kernel(id_="k1", state="idle", ago=60, **facts):
    last = None if ago is None else BEGIN - timedelta(seconds=ago)
    return KernelFacts(id_, "python3", state, last, **facts)


def test_the_bounds_are_those_of_the_model():
    assert module.MOST_KERNELS == model.MOST_KERNELS
    assert module.MOST_TERMINALS == model.MOST_TERMINALS


async def test_a_server_with_nothing_in_it(make):
    report = await make()
    assert (report.user, report.server, report.version) == ("alice", "", "1.2.3")
    assert (report.kernels, report.terminals, report.stops) == ([], [], [])
    assert (report.presence_seconds, report.work_seconds, report.tabs) == (None, None, 0)
    assert report.protects_work is True


async def test_kernels_and_terminals(make):
    busy_since = BEGIN - timedelta(seconds=30)
    report = await make(
        kernels=(
            kernel(ago=90.5, connections=2),
            kernel("k2", "busy", 45, busy_since=busy_since),
            kernel("k3", None, None),
        ),
        paths={"k1": "a.ipynb"},
        terminals=(TerminalFacts("1", BEGIN - timedelta(seconds=7)), TerminalFacts("2", None)),
        worked_at=BEGIN - timedelta(seconds=12),
        protects_work=False,
    )
    told = {k.id: k for k in report.kernels}
    assert (told["k1"].path, told["k1"].idle_seconds, told["k1"].connections) == (
        "a.ipynb",
        90.5,
        2,
    )
    assert (told["k2"].idle_seconds, told["k2"].busy_seconds) == (45, 30)
    assert (told["k3"].state, told["k3"].idle_seconds) == ("unknown", None)
    assert [(t.name, t.idle_seconds) for t in report.terminals] == [("2", None), ("1", 7)]
    assert (report.work_seconds, report.protects_work) == (12, False)


async def test_a_kernel_that_was_busy_before_anybody_looked(make):
    [told] = (await make(kernels=(kernel(state="busy", ago=45),))).kernels
    assert told.busy_seconds == 45


async def test_of_too_many_those_that_matter_least_are_left_out(make):
    idle = [kernel(f"idle-{n}", ago=n + 1) for n in range(100)]
    busy = [kernel(f"busy-{n}", "busy", 10**5) for n in range(3)]
    report = await make(
        kernels=(*idle, *busy),
        terminals=tuple(TerminalFacts(str(n), BEGIN) for n in range(105)),
    )
    names = [k.id for k in report.kernels]
    assert len(names) == 100
    assert {k.id for k in busy} <= set(names)
    assert set(names) & {"idle-97", "idle-98", "idle-99"} == set()
    assert (report.left_out, report.left_out_busy) == (8, False)


async def test_of_too_many_terminals_those_that_were_used_last_are_told(make):
    used = [TerminalFacts(str(n), BEGIN - timedelta(seconds=1000 - n)) for n in range(105)]
    report = await make(terminals=(*used, TerminalFacts("who knows", None)))
    assert [t.name for t in report.terminals[:3]] == ["who knows", "104", "103"]
    assert {t.name for t in report.terminals} & {"0", "1", "2", "3", "4"} == set()


async def test_a_kernel_that_may_be_in_use_is_not_left_out(make):
    idle = [kernel(f"idle-{n}", ago=1) for n in range(100)]
    report = await make(kernels=(*idle, kernel("odd", "what?", 10**5), kernel("new", ago=None)))
    assert {"odd", "new"} <= {k.id for k in report.kernels}


async def test_one_that_is_busy_may_be_among_those(make):
    report = await make(kernels=tuple(kernel(str(n), "busy") for n in range(101)))
    assert (report.left_out, report.left_out_busy) == (1, True)


async def test_whatever_is_called_whatever(make, case):
    odd = "caf\udce9" + "x" * 2000
    case.stops.add(Stop("kernel", odd, odd, "failed"))
    case.presence.told(odd[:60])
    report = await make(
        kernels=(KernelFacts(odd, odd, odd, BEGIN, connections=-3),),
        paths={odd: odd},
        terminals=(TerminalFacts(odd, BEGIN),),
    )
    [told] = report.kernels
    assert told.path.startswith("caf?x")
    assert (len(told.path), len(told.name), told.connections) == (1000, 255, 0)


async def test_a_time_that_cannot_be(make):
    report = await make(
        kernels=(kernel("ahead", ago=-3600), kernel("old", ago=10**9)),
        worked_at=BEGIN + timedelta(days=1),
    )
    assert {k.id: k.idle_seconds for k in report.kernels} == {"ahead": 0, "old": module.LONGEST_AGE}
    assert report.work_seconds == 0


async def test_somebody_in_two_pages(make, case):
    case.presence.told("a")
    await case.time.pass_by(40)
    case.presence.told("b")
    case.presence.told("b")
    await case.time.pass_by(20)
    report = await make()
    assert (report.presence_seconds, report.tabs) == (20, 2)
    await case.time.pass_by(100)
    report = await make()
    assert (report.presence_seconds, report.tabs) == (120, 1)


async def test_no_more_pages_than_can_be(case):
    for page in range(1000):
        case.presence.told(str(page))
    assert case.presence.pages() == 100


async def test_stops_of_a_time_without_a_service(make, case):
    for number in range(150):
        case.stops.add(Stop("kernel", str(number), "idle", "done"))
    stops = (await make()).stops
    assert [stops[0].name, stops[-1].name, len(stops)] == ["50", "149", 100]


# --- ages, though the clock is set ------------------------------------------------------------


class SetClock:
    """The monotonic seconds, and a clock that is `wrong` by so much."""

    def __init__(self):
        self.seconds = 1000.0
        self.wrong = timedelta()
        self.ages = Ages(lambda: self.seconds)

    @property
    def now(self):
        return BEGIN + timedelta(seconds=self.seconds) + self.wrong

    def age(self, moment, name="kernel"):
        return self.ages.of({name: moment}, self.now)[name]


@pytest.mark.parametrize("jump", [timedelta(hours=5), timedelta(hours=-5)])
def test_a_clock_that_is_set_changes_no_age(jump):
    clock = SetClock()
    used = clock.now
    clock.seconds += 30
    assert clock.age(used) == 30
    clock.wrong = jump
    clock.seconds += 30
    assert clock.age(used) == 60


def test_what_was_used_since_is_no_older_than_the_look_before():
    clock = SetClock()
    clock.age(clock.now)
    clock.seconds += 10
    used = clock.now
    clock.wrong = timedelta(hours=5)
    clock.seconds += 10
    assert clock.age(used) == 20


def test_another_of_the_same_name_is_compared_anew():
    clock = SetClock()
    clock.age(clock.now)
    clock.ages.of({}, clock.now)
    clock.seconds += 10
    assert clock.age(clock.now - timedelta(seconds=500)) == 500
