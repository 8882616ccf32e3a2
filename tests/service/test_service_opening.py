"""The service waits for a database that is not there when it starts."""

from __future__ import annotations

import asyncio
import logging

import pytest

from hub_admin_lab.errors import StoreUnavailable, StoreUnusable
from hub_admin_lab.service.opening import Opening
from tests.unit.virtual_clock import VirtualClock


class Database:
    """Away until it is told otherwise; says at which seconds it was tried."""

    def __init__(self, clock):
        self.clock = clock
        self.tries = []
        self.connecting = self.loading = StoreUnavailable("The database cannot be reached.")

    async def connect(self):
        self.tries.append(self.clock.seconds)
        if self.connecting is not None:
            raise self.connecting

    async def load(self):
        if self.loading is not None:
            raise self.loading


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def database(clock):
    return Database(clock)


@pytest.fixture
def opening(database, clock):
    return Opening(database.connect, database.load, sleep=clock.sleep)


async def test_it_tries_again_less_and_less_often_and_says_so_once(
    opening, database, clock, caplog
):
    waiting = asyncio.ensure_future(opening.wait())
    await clock.pass_by(120)
    assert database.tries == [0, 1, 3, 7, 15, 31, 61, 91]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    with pytest.raises(StoreUnavailable, match="waits for its database"):
        opening.expect_done()
    database.connecting = None  # and what it keeps cannot be read yet
    await clock.pass_by(30)
    assert not opening.done
    database.loading = None
    await clock.pass_by(30)
    assert waiting.done()
    assert opening.done
    opening.expect_done()
    await clock.pass_by(120)
    assert database.tries[-2:] == [121, 151]
    assert len(caplog.records) == 1


async def test_it_does_not_wait_where_the_database_is_there(opening, database, caplog):
    database.connecting = database.loading = None
    await opening.wait()
    assert opening.done
    assert caplog.records == []


async def test_it_gives_up_where_waiting_does_not_help(opening, database, clock):
    waiting = asyncio.ensure_future(opening.wait())
    await clock.pass_by(5)
    database.connecting = StoreUnusable("A newer version made it.")
    await clock.pass_by(5)
    with pytest.raises(StoreUnusable):
        await waiting
    assert database.tries == [0, 1, 3, 7]
    assert not opening.done
