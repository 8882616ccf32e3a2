"""Where kernels are busy, by what the hub service knows, when many servers are stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub_admin_lab import errors

from .busy_hub import Agents, bulk_request, outcomes, running, stopped
from .virtual_clock import BEGIN

STOPPED = (True, 200, "")
LONG_AGO = BEGIN - timedelta(hours=3)


def idle(*names):
    return [user for name in names for user in running(name, when=LONG_AGO)]


async def plan(at, action, *targets, **filter_):
    return await at.bulks.plan(at.actor, bulk_request(action, *targets, **filter_))


def names(plan):
    return [each.user for each in plan.targets]


@pytest.mark.parametrize("action", ["stop", "restart"])
async def test_a_busy_kernel_is_use_whatever_the_hub_knows(office, action):
    agents = Agents("cora")
    at = office([*idle("ann", "ben", "cora"), *running("now", when=BEGIN)], agents=agents)
    for planned in (
        await plan(at, action, query="running"),
        await plan(at, action, "ann", "ben", "cora", "now"),
    ):
        assert names(planned)[:2] == ["cora", "now"]
        assert [each.busy for each in planned.targets] == [True, False, False, False]
        assert (planned.total, planned.in_use, planned.busy) == (4, 2, 1)
    assert agents.asked == [("GET", "servers", at.actor.token, "busy=true")] * 2


async def test_what_is_busy_is_left_out_where_that_is_asked_for(office):
    agents = Agents("ben")
    at = office(idle("ann", "ben"), agents=agents)
    planned = await plan(at, "stop", query="idle:>2h", spare_busy=True)
    assert (names(planned), planned.total, planned.busy) == (["ann"], 1, 0)
    # What is busy when it begins counts, not what was when it was shown.
    agents.busy = ["ann"]
    status = await at.run("stop", query="idle:>2h", spare_busy=True)
    assert outcomes(status) == {"ben": STOPPED}


async def test_nothing_is_known_without_the_service_or_while_it_is_away(office):
    away = Agents()
    away.error = errors.ServiceUnreachable("Nobody answers.")
    refused = Agents()
    refused.status = 403
    strange = Agents()
    strange.said = '{"items": [{"user": "ann"}]}'
    for agents, code in [
        (None, "no_service"),
        (away, "service_unreachable"),
        (refused, "service_bad_answer"),
        (strange, "service_bad_answer"),
    ]:
        at = office(idle("ann"), agents=agents)
        planned = await plan(at, "stop", query="running")
        assert (names(planned), planned.busy, planned.in_use) == (["ann"], None, 0)
        # Running work is not stopped on a guess.
        for asking in (plan(at, "stop", spare_busy=True), at.start("stop", spare_busy=True)):
            with pytest.raises(errors.ServiceError) as refusal:
                await asking
            assert refusal.value.code == code
        assert at.hub.acted == []


async def test_a_service_that_takes_long_is_not_waited_for(office, monkeypatch):
    monkeypatch.setattr("hub_admin_lab.hub.bulk.at_work.PATIENCE", 0)
    at = office(idle("ann"), agents=Agents("ann"))
    assert (await plan(at, "stop", query="running")).busy is None
    with pytest.raises(errors.ServiceTimeout):
        await plan(at, "stop", spare_busy=True)


async def test_a_start_asks_nobody(office):
    agents = Agents("ann")
    at = office(stopped("ann"), agents=agents)
    assert (await plan(at, "start", query="stopped")).busy is None
    assert agents.asked == []
