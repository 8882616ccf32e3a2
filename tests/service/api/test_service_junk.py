"""Whoever makes tokens up keeps no server from reporting, and has nobody asked without end."""

from __future__ import annotations

from hub_admin_lab.errors import StoreUnavailable

from .people import server_of


async def junk(case, user, server="", number=60):
    answers = [await case.check_in(f"junk-{user}-{n}", user, server) for n in range(number)]
    return [answer.status for answer in answers]


async def test_made_up_names_keep_no_known_server_waiting(case):
    statuses = [(await junk(case, f"nobody-{n}", number=1))[0] for n in range(60)]
    assert set(statuses) == {401, 429}
    assert (await case.check_in("alices-server")).status == 200
    case.hub.tokens["new"] = server_of("new")
    assert (await case.check_in("new", "new")).status == 429
    case.seconds += 1
    assert (await case.check_in("new", "new")).status == 200


async def test_a_known_name_is_tried_so_often_only(case):
    statuses = await junk(case, "bob", "gpu")
    assert (statuses.count(401), statuses.count(429)) == (10, 50)
    assert (await case.check_in("alices-server")).status == 200
    assert (await case.check_in("bobs-server", "bob", "gpu")).status == 429
    case.seconds += 5
    assert (await case.check_in("bobs-server", "bob", "gpu")).status == 200


async def test_from_elsewhere_the_same_server_introduces_itself_all_the_same(case):
    from hub_admin_lab.models.report import CheckIn

    await junk(case, "alice")
    check_in = CheckIn.model_validate(case.report())
    known = await case.parts.introductions.identify("alices-server", check_in, "10.1.2.3")
    assert known.token


async def test_before_the_hub_has_told_who_runs_all_are_alike(make_case):
    case = await make_case()
    case.parts.active.as_of = None
    for number in range(50):
        await junk(case, f"nobody-{number}", number=1)
    answer = await case.check_in("alices-server")
    assert answer.status == 429


async def test_health_asks_the_database_once_a_second(case, monkeypatch):
    asked = []

    async def ping():
        asked.append(1)
        if len(asked) > 1:
            raise StoreUnavailable("away")

    monkeypatch.setattr(case.parts.pulse, "_ping", ping)
    for _ in range(20):
        assert (await case.api("GET", "health")).json["database"] is True
    assert len(asked) == 1
    case.seconds += 1
    for _ in range(20):
        assert (await case.api("GET", "health")).json["database"] is False
    assert len(asked) == 2
