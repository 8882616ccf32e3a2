"""Many servers introduce themselves at once: the Hub is asked no faster than it can answer."""

from __future__ import annotations

import asyncio

import pytest

from hub_admin_lab.errors import Unauthorized
from hub_admin_lab.service import introductions

from .people import server_of


async def test_many_that_have_just_started_come_back_one_after_the_other(case):
    waits = []
    for number in range(400):
        answer = await case.check_in(f"server-{number}", f"user-{number}")
        if answer.status == 429:
            waits.append(int(answer.headers["Retry-After"]))
    assert len(waits) == 350
    assert waits[250] == pytest.approx(250 / 5, abs=2)
    assert max(waits) <= 62  # and then they begin anew: whoever made names up keeps nobody away
    # Those that the Hub was seen to show wait for none of them.
    assert (await case.check_in("alices-server")).status == 200


async def test_while_the_hub_is_slow_nobody_waits_in_a_long_line(case, monkeypatch):
    line, servers = 3, 8  # fewer than the client of these tests sends at a time
    monkeypatch.setattr(introductions, "LINE", line)
    answers, ask = asyncio.Event(), case.hub.ask

    async def slow(token):
        await answers.wait()
        return await ask(token)

    monkeypatch.setattr(case.parts.whoami, "_ask", slow)
    for number in range(servers):
        case.hub.tokens[f"server-{number}"] = server_of(f"user-{number}")
    left = {
        asyncio.create_task(case.check_in(f"server-{number}", f"user-{number}"))
        for number in range(servers)
    }
    told = []
    while len(left) > line:
        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        told += [task.result() for task in done]
    assert [answer.status for answer in told] == [429] * (servers - line)
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in told)
    answers.set()
    assert [(await task).status for task in left] == [200] * line
    assert len(case.hub.asked) == line


async def test_who_asks_something_else_with_made_up_tokens_keeps_no_server_waiting(
    case, monkeypatch
):
    answers, ask = asyncio.Event(), case.hub.ask

    async def slow_for_junk(token):
        if token.startswith("junk"):
            await answers.wait()
        return await ask(token)

    monkeypatch.setattr(case.parts.whoami, "_ask", slow_for_junk)
    junk = [
        asyncio.create_task(case.parts.whoami.caller(f"junk-{number}"))
        for number in range(2 * introductions.LINE)
    ]
    await asyncio.sleep(0)
    assert (await case.check_in("alices-server")).status == 200
    answers.set()
    assert all(
        isinstance(answer, Unauthorized)
        for answer in await asyncio.gather(*junk, return_exceptions=True)
    )
