"""What servers say that they stopped: once, in one transaction, and not without end."""

from __future__ import annotations

import pytest

from hub_admin_lab.errors import StoreUnavailable
from hub_admin_lab.service.reported_stops import MOST


def stop(number, **more):
    return {
        "id": str(number),
        "kind": "kernel",
        "name": f"{number}.ipynb",
        "reason": "idle",
        "outcome": "done",
        **more,
    }


async def told(case):
    """What the log says, oldest first."""
    return [entry["target"] for entry in reversed(await case.log())]


async def test_a_server_that_tells_without_end_fills_no_log(case):
    token = (await case.check_in("alices-server")).json["token"]
    for report in range(3):
        stops = [stop(f"{report}-{number}") for number in range(100)]
        assert (await case.check_in(token, stops=stops)).status == 200
    targets = await told(case)
    assert len(targets) == MOST
    assert targets[-1] == "0-99.ipynb"
    # Another server has its own bound.
    await case.check_in("bobs-server", "bob", "gpu", stops=[stop("b")])
    assert (await told(case))[MOST:] == ["b.ipynb"]

    case.clock.forward(hours=1)
    await case.check_in(token, stops=[stop("next"), stop("t", kind="terminal")])
    assert (await told(case))[MOST + 1 :] == ["and 200 more", "next.ipynb", "t.ipynb"]
    await case.service.close()
    assert len(await case.store.unfinished()) == 0


async def test_the_rest_is_written_when_its_hour_is_over_or_the_service_ends(case):
    stops = [stop(number) for number in range(100)]
    token = (await case.check_in("alices-server", stops=stops)).json["token"]
    beyond = [stop("x"), stop("y"), stop("z", kind="terminal")]
    await case.check_in(token, stops=beyond)
    await case.check_in(token, stops=beyond)  # said again
    await case.service._stops.settle()
    assert len(await told(case)) == MOST
    case.clock.forward(hours=1)
    await case.service._stops.settle()
    await case.service._stops.settle()
    log = (await case.log())[::-1][MOST:]
    assert [(e["action"], e["target"]) for e in log] == [
        ("stop-kernel", "and 2 more"),
        ("stop-terminal", "and 1 more"),
    ]
    token = (await case.check_in(token, stops=[stop(f"n{n}") for n in range(100)])).json["token"]
    await case.check_in("alices-server", stops=[stop("last")])
    await case.restart()
    assert (await told(case))[-1] == "and 1 more"


async def test_the_same_stop_without_an_id_is_written_once(case):
    token = (await case.check_in("alices-server", stops=[stop("")] * 3)).json["token"]
    await case.check_in(token, stops=[stop(""), stop("", name="other.ipynb")])
    assert await told(case) == [".ipynb", "other.ipynb"]


async def test_all_of_a_report_is_one_transaction_and_said_again_where_it_fails(case, monkeypatch):
    calls = []
    real = case.store.record_all

    async def record_all(acts):
        calls.append(len(acts))
        if len(calls) == 1:
            raise StoreUnavailable("The database is away.")
        await real(acts)

    monkeypatch.setattr(case.store, "record_all", record_all)
    stops = [stop(number) for number in range(50)]
    assert (await case.check_in("alices-server", stops=stops)).status == 503
    assert (await case.check_in("alices-server", stops=stops)).status == 200
    assert calls == [50, 50]
    assert len(await told(case)) == 50


@pytest.mark.parametrize(("days", "left"), [(30, 1), (None, 2)])
async def test_the_log_goes_back_so_far(make_case, days, left):
    case = await make_case(log_days=days)
    await case.check_in("alices-server", stops=[stop("old")])
    case.clock.forward(days=20)
    await case.check_in("alices-server", stops=[stop("new")])
    await case.service.tidy()
    assert await told(case) == ["old.ipynb", "new.ipynb"]
    case.clock.forward(days=11)
    await case.service.tidy()
    assert (await told(case))[-left:] == ["old.ipynb", "new.ipynb"][-left:]
    assert len(await told(case)) == left
