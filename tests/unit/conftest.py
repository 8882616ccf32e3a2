"""What tests share that let a watcher look at a Hub."""

from __future__ import annotations

import pytest

from .live_hub import Case


@pytest.fixture
def make_live_case(jp_asyncio_loop):
    """Return a function that makes a case: a Hub each of whose answers takes so many seconds."""
    cases = []

    def make(cost=0.004):
        cases.append(Case(cost))
        return cases[-1]

    yield make
    for case in cases:
        jp_asyncio_loop.run_until_complete(case.close())
