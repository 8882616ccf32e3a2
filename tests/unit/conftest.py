"""What tests share that look at a Hub, or act on many of its servers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub_admin_lab.hub.live.shared import SharedLooks

from .busy_hub import Office
from .live_hub import Case
from .shared_looks import MANAGER, Service


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


@pytest.fixture
def make_shared(make_live_case, jp_asyncio_loop):
    """Return a function that makes a case with the service; one ``beside`` another has the same."""
    cases = []

    def make(cost=0.004, beside=None):
        if beside is None:
            beside = make_live_case(cost)
            beside.service = Service(beside)
        looks = SharedLooks(beside.service, clock=beside.time.clock)
        case = make_live_case(beside=beside, shared=looks)
        case.service = beside.service
        case.actor = replace(MANAGER, token=f"token-{id(case)}")
        case.watcher.close_stream(case.stream)  # of somebody with other scopes
        case.stream = case.watcher.open(case.actor)
        cases.append(case)
        return case

    yield make
    for case in cases:
        jp_asyncio_loop.run_until_complete(case.watcher.close())
    for case in cases:
        jp_asyncio_loop.run_until_complete(case.service.watching.close())


@pytest.fixture
def shared_case(make_shared):
    return make_shared()
