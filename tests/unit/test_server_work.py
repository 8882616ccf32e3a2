"""Running code as activity of the server, with real kernels and a clock that the test sets."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from traitlets.config import Config

from hub_admin_lab.server.work import BusyKernels, RunningWork
from tests.support import until


@pytest.fixture
def jp_server_config():
    return Config({"KernelManager": {"shutdown_wait_time": 0.5}})


@pytest.fixture
def work(jp_serverapp, clock):
    work = RunningWork(jp_serverapp, clock, busy_max=3600, activity_interval=300)
    work.enable(True)
    work.start()
    yield work
    work.stop()


@pytest.fixture
def reported(jp_serverapp):
    """The time that was reported last; None: nothing was."""
    return lambda: jp_serverapp.web_app.settings["last_activity_times"].get("hub_admin_lab")


async def test_idle_kernels_are_no_activity(work, start_kernel, reported):
    await start_kernel()
    await work.check()
    assert reported() is None


async def test_a_kernel_that_computes_silently_is_activity_now_and_until_busy_max(
    work, start_kernel, reported, clock, jp_serverapp
):
    kernel = await start_kernel()
    await kernel.busy()
    at_once = reported()
    assert at_once is not None  # without waiting for the next look
    clock.ahead = timedelta(seconds=3500)
    await work.check()
    assert reported() - at_once >= timedelta(seconds=3500)
    assert reported() <= clock()
    assert jp_serverapp.web_app.last_activity() == reported()
    last = reported()
    clock.ahead = timedelta(seconds=3700)
    await work.check()
    assert reported() == last


async def test_short_cells_in_a_row_are_not_summed_up(work, start_kernel, clock):
    kernel = await start_kernel()
    await kernel.busy("import time; time.sleep(0.1)")
    first = work.busy.since(kernel.id)
    await until(lambda: kernel.state == "idle")
    assert work.busy.since(kernel.id) is None
    clock.ahead = timedelta(seconds=3500)
    await kernel.busy()
    assert work.busy.since(kernel.id) - first >= timedelta(seconds=3500)


async def test_a_question_that_nobody_answers_is_work_too(work, start_kernel, reported):
    kernel = await start_kernel()
    await kernel.busy("input()", allow_stdin=True)
    assert reported() is not None


async def test_off_is_never_and_on_again_is_at_once(work, start_kernel, reported, clock):
    work.enable(False)
    kernel = await start_kernel()
    await kernel.busy()
    await work.check()
    assert reported() is None
    work.enable(True)
    assert reported() is not None


async def test_a_kernel_that_ran_before_is_found(jp_serverapp, start_kernel, clock, reported):
    kernel = await start_kernel()
    await kernel.busy()
    work = RunningWork(jp_serverapp, clock, busy_max=None, activity_interval=300)
    work.start()
    work.enable(True)
    assert reported() is not None
    work.stop()
    assert work.busy.all_since() == []


async def test_a_kernel_that_is_gone_is_forgotten(work, start_kernel, jp_serverapp):
    kernel = await start_kernel()
    await kernel.busy()
    assert len(work.busy.all_since()) == 1
    await jp_serverapp.kernel_manager.shutdown_kernel(kernel.id, now=True)
    work.busy.refresh()
    assert work.busy.all_since() == []


@pytest.mark.parametrize(("interval", "period"), [(300, 60), (3600, 60), (10, 2), (1, 1)])
def test_reports_well_within_the_hubs_own_interval(jp_serverapp, clock, interval, period):
    work = RunningWork(jp_serverapp, clock, busy_max=None, activity_interval=interval)
    assert work.period == period


def test_a_kernel_that_tells_no_changes_is_looked_at(clock):
    """Managers of single kernels that are not jupyter_server's have a plain attribute."""
    kernel = SimpleNamespace(execution_state="idle", has_trait=lambda name: False)
    manager = SimpleNamespace(list_kernel_ids=lambda: ["k"], get_kernel=lambda kernel_id: kernel)
    app = SimpleNamespace(kernel_manager=manager, event_logger=None)
    told = []
    busy = BusyKernels(app, clock, lambda: told.append(1))
    busy.refresh()
    assert busy.since("k") is None
    kernel.execution_state = "busy"
    busy.refresh()
    busy.refresh()
    assert busy.since("k") is not None
    assert told == [1]
    kernel.execution_state = "idle"
    busy.refresh()
    assert busy.since("k") is None
