"""This server's culling with real kernels and terminals, and a clock that the test sets."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tornado import web
from traitlets.config import Config

from hub_admin_lab.errors import InvalidRequest, NotSaved
from hub_admin_lab.models import IdleSettingsUpdate
from hub_admin_lab.record import ActionRecorder
from hub_admin_lab.server.config import IdleConfig
from hub_admin_lab.server.culling import ServerCulling
from tests.support import until

pytestmark = pytest.mark.usefixtures("no_environment")


@pytest.fixture
def no_environment(monkeypatch):
    for name in ("KERNEL_IDLE_TIMEOUT", "KERNEL_CULL_INTERVAL", "KERNEL_CULL_CONNECTED"):
        monkeypatch.delenv(f"HUB_ADMIN_LAB_{name}", raising=False)


@pytest.fixture
def jp_server_config():
    """Without the extension: each test makes the culling that it needs."""
    return Config(
        {
            "ServerApp": {"jpserver_extensions": {"jupyter_server_terminals": True}},
            "KernelManager": {"shutdown_wait_time": 0.5},
        }
    )


@pytest.fixture
def make_culling(jp_serverapp, tmp_path, clock):
    """Makes the culling of a server that starts; the one before has ended with its server."""
    made = []
    recorder = ActionRecorder(jp_serverapp.event_logger, jp_serverapp.log)

    def make(*, start=True, **config):
        for earlier in made:
            earlier.stop()
        culling = ServerCulling(
            jp_serverapp,
            IdleConfig(**config),
            tmp_path / "settings.json",
            recorder,
            clock,
        )
        made.append(culling)
        if start:
            culling.start()
        return culling

    yield make
    for culling in made:
        culling.stop()


async def change(culling, *, by_admin=False, dry_run=False, **parts):
    update = IdleSettingsUpdate.model_validate(parts)
    return await culling.update(update, actor="alice", by_admin=by_admin, dry_run=dry_run)


async def test_from_on_to_off_nothing_dies(make_culling, start_kernel, clock):
    culling = make_culling(kernel_idle_timeout=3600, kernel_cull_connected=True)
    kernel = await start_kernel()
    answer = await change(culling, kernels={"idle_timeout": None})
    clock.ahead = timedelta(days=2)
    await culling.sweep_kernels()
    await culling._sweepers["kernels"].now()
    assert answer.would_cull.kernels == []
    assert answer.kernels.idle_timeout.value is None
    assert kernel.alive
    assert culling._sweepers["kernels"].period is None


async def test_from_off_to_short_the_idle_one_dies_at_once_and_the_busy_one_stays(
    make_culling, start_kernel, clock, records
):
    culling = make_culling()
    idle, busy = await start_kernel(), await start_kernel()
    await busy.busy()
    clock.ahead = timedelta(seconds=120)
    told = await change(culling, kernels={"idle_timeout": 60}, dry_run=True)
    assert told.would_cull.kernels == [idle.id]
    assert idle.alive
    assert culling.settings().kernels.idle_timeout.value is None
    answer = await change(culling, kernels={"idle_timeout": 60})
    assert answer.would_cull.kernels == [idle.id]
    assert not idle.alive
    assert busy.alive
    await until(lambda: len(records) == 2)
    assert [r["action"] for r in records] == ["change-idle-settings", "stop-kernel"]
    assert records[0]["reason"] == "kernels.idle_timeout=60 s"
    assert records[0]["actor"] == "alice"
    assert records[1]["actor"] == "hub_admin_lab"
    assert records[1]["target"] == idle.id
    assert records[1]["reason"].endswith("the limit is 1 min")


async def test_longer_and_shorter(make_culling, start_kernel, clock):
    culling = make_culling(kernel_idle_timeout=600)
    kernel = await start_kernel()
    clock.ahead = timedelta(seconds=700)
    await change(culling, kernels={"idle_timeout": 7200})
    await culling.sweep_kernels()
    assert kernel.alive
    await change(culling, kernels={"idle_timeout": 690})
    assert not kernel.alive


async def test_busy_ones_too_if_that_is_wanted(make_culling, start_kernel, clock):
    culling = make_culling(kernel_idle_timeout=600)
    kernel = await start_kernel()
    await kernel.busy()
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_kernels()
    assert kernel.alive
    await change(culling, kernels={"cull_busy": True})
    assert not kernel.alive


async def test_connected_ones_only_if_that_is_wanted(
    make_culling, start_kernel, clock, jp_serverapp
):
    culling = make_culling(kernel_idle_timeout=600)
    kernel = await start_kernel()
    jp_serverapp.kernel_manager.notify_connect(kernel.id)
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_kernels()
    [view] = await culling.kernels()
    assert (view.reason_code, view.connections) == ("connected", 1)
    assert kernel.alive
    await change(culling, kernels={"cull_connected": True})
    assert not kernel.alive


async def test_a_new_interval_holds_within_that_interval(make_culling, start_kernel):
    culling = make_culling(kernel_idle_timeout=3600, kernel_cull_interval=3000)
    kernel = await start_kernel()
    await change(culling, kernels={"interval": 1})
    kernel.unused_for(4000)
    await until(lambda: not kernel.alive, timeout=6)


async def test_an_interval_that_stays_is_not_put_off(make_culling):
    culling = make_culling(kernel_idle_timeout=3600, kernel_cull_interval=30)
    timer = culling._sweepers["kernels"]._timer
    await change(culling, kernels={"idle_timeout": 1800, "interval": 30})
    assert culling._sweepers["kernels"]._timer is timer


async def test_what_was_saved_holds_after_a_restart(make_culling):
    culling = make_culling(kernel_idle_timeout=3600)
    await change(culling, kernels={"idle_timeout": None}, protect_running_work=False)
    again = make_culling(kernel_idle_timeout=1800, kernel_cull_interval=60).settings()
    assert (again.kernels.idle_timeout.value, again.kernels.idle_timeout.source) == (None, "saved")
    assert again.kernels.idle_timeout.default == 1800
    assert (again.kernels.interval.value, again.kernels.interval.source) == (60, "config")
    assert again.protect_running_work.value is False


async def test_back_to_the_configured_values(make_culling, records):
    culling = make_culling(kernel_idle_timeout=3600)
    await change(culling, kernels={"idle_timeout": None})
    settings = culling.reset(actor="alice")
    assert settings.kernels.idle_timeout.value == 3600
    assert settings.kernels.idle_timeout.source == "config"
    assert culling._sweepers["kernels"].period == 300
    assert make_culling().settings().kernels.idle_timeout.source == "config"
    await until(lambda: len(records) == 2)


def _fails(self):
    raise OSError(5, "Input/output error")


async def test_settings_that_can_be_read_only_later(make_culling, start_kernel, clock, tmp_path):
    await change(make_culling(), kernels={"idle_timeout": None}, terminals={"interval": 77})
    with pytest.MonkeyPatch.context() as disk:
        disk.setattr(Path, "read_bytes", _fails)
        culling = make_culling(kernel_idle_timeout=600)
        assert culling.settings().kernels.idle_timeout.value == 600
        assert culling._sweepers["kernels"].period == 300
        before = (tmp_path / "settings.json").read_text()
        with pytest.raises(NotSaved, match="cannot be read"):
            await change(culling, kernels={"interval": 60})
    assert (tmp_path / "settings.json").read_text() == before
    kernel = await start_kernel()
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_kernels()
    assert kernel.alive
    assert culling._sweepers["kernels"].period is None
    settings = await change(culling, kernels={"interval": 60})
    assert settings.kernels.idle_timeout.source == "saved"
    assert make_culling().settings().terminals.interval.value == 77


async def test_the_owner_stays_within_the_bounds_and_an_admin_need_not(make_culling, start_kernel):
    culling = make_culling(kernel_idle_timeout_min=900, kernel_idle_timeout_max=28800)
    for dry_run in (True, False):
        with pytest.raises(InvalidRequest, match="15 min to 8 h") as refusal:
            await change(culling, kernels={"idle_timeout": 60}, dry_run=dry_run)
        assert refusal.value.detail[0]["field"] == "kernels.idle_timeout"
    with pytest.raises(InvalidRequest, match="up to 8 h for the check of kernels"):
        await change(culling, kernels={"interval": 28801})
    await change(culling, kernels={"idle_timeout": 60}, by_admin=True)
    assert culling.settings().kernels.idle_timeout.value == 60


async def test_bounds_that_came_later_hold_for_what_the_owner_saved(make_culling):
    await change(make_culling(), kernels={"idle_timeout": 60})
    settings = make_culling(kernel_idle_timeout_min=900).settings()
    assert settings.kernels.idle_timeout.value == 900
    await change(make_culling(), kernels={"idle_timeout": 60}, by_admin=True)
    settings = make_culling(kernel_idle_timeout_min=900).settings()
    assert settings.kernels.idle_timeout.value == 60


async def test_one_kernel_that_does_not_stop_does_not_keep_the_others(
    make_culling, start_kernel, clock, records, monkeypatch, jp_serverapp
):
    culling = make_culling(kernel_idle_timeout=600)
    stuck, other = await start_kernel(), await start_kernel()
    shutdown = jp_serverapp.kernel_manager.shutdown_kernel

    async def fail_for_one(kernel_id, **options):
        if kernel_id == stuck.id:
            raise web.HTTPError(500, "no")
        await shutdown(kernel_id, **options)

    monkeypatch.setattr(jp_serverapp.kernel_manager, "shutdown_kernel", fail_for_one)
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_kernels()
    assert stuck.alive
    assert not other.alive
    await until(lambda: len(records) == 2)
    assert {r["target"]: r["outcome"] for r in records} == {stuck.id: "failed", other.id: "done"}


async def test_a_kernel_that_is_still_there_has_not_stopped(
    make_culling, start_kernel, clock, records, monkeypatch, jp_serverapp
):
    """jupyter_client logs a failed shutdown and returns as if nothing had happened."""
    culling = make_culling(kernel_idle_timeout=600)
    kernel = await start_kernel()

    async def nothing(kernel_id, **options):
        return None

    monkeypatch.setattr(jp_serverapp.kernel_manager, "shutdown_kernel", nothing)
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_kernels()
    await until(lambda: records)
    assert records[0]["outcome"] == "failed"
    assert kernel.alive


async def test_sweeps_do_not_overlap(make_culling, monkeypatch):
    culling = make_culling()
    sweeper = culling._sweepers["kernels"]
    running, most, sweeps = 0, 0, 0

    async def sweep():
        nonlocal running, most, sweeps
        running += 1
        most = max(most, running)
        sweeps += 1
        await asyncio.sleep(0.01)
        running -= 1

    monkeypatch.setattr(sweeper, "_sweep", sweep)
    await asyncio.gather(sweeper.now(), sweeper._tick(), sweeper.now())
    assert (most, sweeps) == (1, 2)


async def test_a_cull_does_not_count_as_activity(make_culling, start_kernel, clock, jp_serverapp):
    culling = make_culling(kernel_idle_timeout=600, protect_running_work=False)
    await start_kernel()
    before = jp_serverapp.web_app.last_activity()
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_kernels()
    assert jp_serverapp.web_app.last_activity() == before


# --- terminals ----------------------------------------------------------------------------


async def test_terminals(make_culling, clock, records, jp_serverapp):
    culling = make_culling()
    terminals = jp_serverapp.web_app.settings["terminal_manager"]
    name = terminals.create()["name"]
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_terminals()
    assert name in terminals.terminals
    told = await change(culling, terminals={"idle_timeout": 600}, dry_run=True)
    assert told.would_cull.terminals == [name]
    assert name in terminals.terminals
    await change(culling, terminals={"idle_timeout": 600})
    await until(lambda: name not in terminals.terminals)
    await until(lambda: len(records) == 2)
    assert (records[1]["action"], records[1]["target"]) == ("stop-terminal", name)
    assert records[1]["outcome"] == "done"


async def test_terminals_from_on_to_off_nothing_dies(make_culling, clock, jp_serverapp):
    culling = make_culling(terminal_idle_timeout=600, terminal_cull_interval=7)
    assert culling._sweepers["terminals"].period == 7
    terminals = jp_serverapp.web_app.settings["terminal_manager"]
    name = terminals.create()["name"]
    await change(culling, terminals={"idle_timeout": None})
    clock.ahead = timedelta(days=1)
    await culling.sweep_terminals()
    assert name in terminals.terminals
    assert culling._sweepers["terminals"].period is None


# --- this server --------------------------------------------------------------------------


@pytest.fixture
def stopped(jp_serverapp, monkeypatch):
    """How often `serverapp.stop()` was called."""
    calls = []
    monkeypatch.setattr(jp_serverapp, "stop", lambda: calls.append(1))
    return calls


async def test_the_server_stops_when_nothing_is_used(make_culling, clock, stopped, records):
    culling = make_culling(server_idle_timeout=600)
    await culling.sweep_server()
    assert not stopped
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_server()
    assert stopped == [1]
    await until(lambda: records)
    assert (records[0]["action"], records[0]["target"]) == ("stop-server", "this server")


async def test_the_server_stays_while_it_has_a_kernel(make_culling, clock, stopped, start_kernel):
    culling = make_culling(server_idle_timeout=600)
    await start_kernel()
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_server()
    assert not stopped


async def test_the_server_stays_while_it_has_a_terminal(make_culling, clock, stopped, jp_serverapp):
    culling = make_culling(server_idle_timeout=600)
    terminals = jp_serverapp.web_app.settings["terminal_manager"]
    name = terminals.create()["name"]
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_server()
    assert not stopped
    await terminals.terminate(name, force=True)
    await until(lambda: not terminals.terminals)
    await culling.sweep_server()
    assert stopped


async def test_the_server_from_on_to_off_stays(make_culling, clock, stopped):
    culling = make_culling(server_idle_timeout=600)
    assert culling._sweepers["server"].period == 60
    await change(culling, server={"idle_timeout": None})
    clock.ahead = timedelta(days=1)
    await culling.sweep_server()
    assert not stopped
    assert culling._sweepers["server"].period is None


async def test_a_change_never_stops_the_server_under_the_answer(make_culling, clock, stopped):
    culling = make_culling()
    clock.ahead = timedelta(days=1)
    await change(culling, server={"idle_timeout": 60})
    assert not stopped
    assert culling._sweepers["server"].period == 60
