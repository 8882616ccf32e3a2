"""What tests share that look at a Hub, or act on many of its servers."""

from __future__ import annotations

import pytest

from .busy_hub import Office
from .live_hub import Case


@pytest.fixture
def make_live_case(jp_asyncio_loop):
    """Return a function that makes a case: a Hub each of whose answers takes so many seconds.

    One ``beside`` another case has the same Hub.
    """
    cases = []

    def make(cost=0.004, **options):
        cases.append(Case(cost, **options))
        return cases[-1]

    yield make
    for case in cases:
        jp_asyncio_loop.run_until_complete(case.close())


@pytest.fixture
def office(jp_asyncio_loop):
    offices = []

    def make(users, **options):
        offices.append(Office(users, **options))
        return offices[-1]

    yield make
    for each in offices:
        jp_asyncio_loop.run_until_complete(each.close())
