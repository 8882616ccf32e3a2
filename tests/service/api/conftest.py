"""A running service: `case`."""

from __future__ import annotations

import pytest

from tests.service.databases import SqliteDatabase

from .case import Case


@pytest.fixture
def make_case(jp_asyncio_loop, clock, tmp_path):
    """Start a service that ends with the test: `case = await make_case()`."""
    cases = []

    async def make(**settings):
        case = Case(clock, SqliteDatabase(tmp_path / "service.sqlite").url)
        cases.append(case)
        return await case.start(**settings)

    yield make
    for case in cases:
        jp_asyncio_loop.run_until_complete(case.close())


@pytest.fixture
def case(jp_asyncio_loop, make_case):
    return jp_asyncio_loop.run_until_complete(make_case())
