"""The service before its database has answered: it is there, and says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub_admin_lab.errors import StoreUnavailable
from hub_admin_lab.service.store import Store
from tests.service.databases import SqliteDatabase

from .case import Case, kernel
from .test_service_every_route import BODIES, CHECK_IN, every_route


@pytest.fixture
def case(jp_asyncio_loop, clock, tmp_path, monkeypatch):
    """A service with rules and reports from before, whose database is away."""
    case = Case(clock, SqliteDatabase(tmp_path / "service.sqlite").url)
    connect = Store.connect
    case.is_away = False

    async def waiting():
        await case.start()
        rule = {"server": {"idle_timeout": 60}}
        assert (await case.put_rule("admin", ("hub", ""), rule)).status == 200
        case.ticket = (await case.check_in("alices-server")).json["token"]
        await case.close()
        clock.forward(hours=1)
        case.is_away = True
        await case.listen(cull_every=60.0)
        await case.service.refresh()

    async def connect_if_there(store):
        if case.is_away:
            raise StoreUnavailable("The database cannot be reached.")
        await connect(store)

    async def back():
        case.is_away = False
        await case.service.open()

    monkeypatch.setattr(Store, "connect", connect_if_there)
    case.back = back
    jp_asyncio_loop.run_until_complete(waiting())
    yield case
    jp_asyncio_loop.run_until_complete(case.close())


@every_route
async def test_every_route_says_that_it_waits(case, method, path):
    body = None if method in ("GET", "DELETE") else BODIES.get(path, {})
    token = "admin"
    if (method, path) == CHECK_IN:
        body, token = case.report(), "alices-server"
    answer = await case.call(method, path, token, body=body)
    assert (answer.status, answer.code) == (503, "store_unavailable")
    assert "waits for its database" in answer.json["message"]


@every_route
async def test_but_not_to_those_who_say_not_who_they_are(case, method, path):
    answer = await case.call(method, path, body={} if method != "GET" else None)
    assert (answer.status, answer.code) == (401, "unauthorized")
    if (method, path) != CHECK_IN:
        answer = await case.call(method, path, "nobodys", body={} if method != "GET" else None)
        assert (answer.status, answer.code) == (401, "unauthorized")


async def test_open_metrics_wait_too(case):
    await case.close()
    await case.listen(metrics_open=True)
    assert (await case.call("GET", "metrics")).status == 503
    await case.back()
    assert b"hub_admin_lab_rules 1.0" in (await case.call("GET", "metrics")).body


async def test_it_is_up_for_the_hub_and_says_what_it_lacks(case):
    # The Hub takes any answer below 500 at the prefix for one that is up.
    assert (await case.call("GET", "")).status == 404
    health = await case.api("GET", "health")
    assert (health.status, health.json["database"], health.json["hub"]) == (503, False, True)
    await case.back()
    assert (await case.api("GET", "health")).status == 200


async def test_servers_do_not_have_the_hub_asked_in_vain(case):
    case.hub.asked.clear()
    for token in ("alices-server", case.ticket):
        assert (await case.check_in(token, kernels=[kernel("k9")])).status == 503
    assert case.hub.asked == []
    assert len(case.parts.reports) == 0


async def test_then_everything_goes_on_as_after_any_start(case):
    case.clock.forward(minutes=10)
    assert case.service.culler._running is None
    assert case.hub.stopped == []
    await case.back()
    assert case.service.culler._running is not None
    # From now on servers have time to come back, however long the database was away.
    wait = timedelta(seconds=30 + 330 + 1 / 25)
    assert case.parts.settling.until == case.clock() + wait
    (item,) = (await case.api("GET", "servers?user=alice", "admin")).json["items"]
    assert item["decision"]["reason_code"] == "settling"
    limit = (await case.check_in(case.ticket)).json["rules"]["server"]["idle_timeout"]
    assert limit["value"] == 60
    assert (await case.put_rule("admin", ("hub", ""), {})).status == 200
