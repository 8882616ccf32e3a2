"""What a server knows of what goes on in it, without that being activity."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from types import ModuleType, SimpleNamespace

import pytest
from traitlets.config import Config

from hub_admin_lab.record import ActionRecorder
from hub_admin_lab.server.applications import Applications
from hub_admin_lab.server.config import IdleConfig
from hub_admin_lab.server.culling import ServerCulling

from .virtual_clock import BEGIN

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)


@pytest.fixture
def jp_server_config():
    return Config(
        {
            "ServerApp": {"jpserver_extensions": {"jupyter_server_terminals": True}},
            "KernelManager": {"shutdown_wait_time": 0.5},
        }
    )


@pytest.fixture
def culling(jp_serverapp, tmp_path, clock):
    recorder = ActionRecorder(jp_serverapp.event_logger, jp_serverapp.log)
    culling = ServerCulling(jp_serverapp, IdleConfig(), tmp_path / "settings.json", recorder, clock)
    culling.start()
    yield culling
    culling.stop()


async def test_kernels_terminals_and_notebooks(culling, start_kernel, jp_serverapp):
    idle, busy = await start_kernel(), await start_kernel()
    await busy.busy()
    await jp_serverapp.session_manager.create_session(
        path="exam.ipynb", name="exam", type="notebook", kernel_id=idle.id
    )
    name = jp_serverapp.web_app.settings["terminal_manager"].create()["name"]
    before = jp_serverapp.web_app.settings.get("api_last_activity")
    seen = await culling.inventory.look()
    states = {kernel.id: kernel.state for kernel in seen.kernels}
    assert states == {idle.id: "idle", busy.id: "busy"}
    [since] = [kernel.busy_since for kernel in seen.kernels if kernel.id == busy.id]
    assert since <= seen.at
    assert seen.paths == {idle.id: "exam.ipynb"}
    assert [terminal.name for terminal in seen.terminals] == [name]
    assert seen.protects_work is True
    assert jp_serverapp.web_app.settings.get("api_last_activity") is before


async def test_nothing_is_activity(culling, start_kernel, jp_serverapp):
    await start_kernel()
    before = jp_serverapp.web_app.last_activity()
    for _ in range(3):
        await culling.inventory.look()
    assert jp_serverapp.web_app.last_activity() == before


async def test_notebooks_are_looked_for_when_there_are_others_or_after_a_minute(
    culling, start_kernel, monkeypatch
):
    clock = [100.0]
    culling.inventory._clock = lambda: clock[0]
    asked = []
    paths = culling.inventory._kernels.paths

    async def count():
        asked.append(1)
        return await paths()

    monkeypatch.setattr(culling.inventory._kernels, "paths", count)
    await culling.inventory.look()
    assert len(asked) == 0  # no kernel, no notebook
    await start_kernel()
    for seconds, times in ((0, 1), (59, 1), (61, 2)):
        clock[0] = 100.0 + seconds
        await culling.inventory.look()
        assert len(asked) == times


async def test_other_extensions_at_work(culling, jp_serverapp, clock):
    times = jp_serverapp.web_app.settings["last_activity_times"]
    times["hub_admin_lab"] = clock()  # that a kernel is busy: reported as such
    assert (await culling.inventory.look()).worked_at is None
    times["dask"] = NOW
    times["naive"] = datetime(2026, 11, 23, 14, 5)  # noqa: DTZ001
    times["nonsense"] = "just now"
    assert (await culling.inventory.look()).worked_at == NOW + timedelta(minutes=5)


async def test_an_extension_that_says_that_it_works(culling, jp_serverapp, monkeypatch):
    monkeypatch.setattr(jp_serverapp.extension_manager, "any_activity", lambda: True)
    seen = await culling.inventory.look()
    assert seen.at - seen.worked_at < timedelta(seconds=1)


async def test_a_page_that_is_just_open_is_nobody_at_work(culling, jp_serverapp, jp_fetch):
    before = jp_serverapp.web_app.settings.get("api_last_activity")
    await jp_fetch("api", "kernels")  # as JupyterLab does every ten seconds
    assert jp_serverapp.web_app.settings["api_last_activity"] is not before
    assert (await culling.inventory.look()).worked_at is None


# --- applications behind the server -----------------------------------------------------------


@pytest.fixture
def proxy(monkeypatch):
    """jupyter-server-proxy's module of handlers, as far as it is looked at."""

    class ProxyHandler:
        def __init__(self, *, counts=True):
            self.settings = {"api_last_activity": NOW}
            self._counts = counts

        def _record_activity(self):
            if self._counts:
                self.settings["api_last_activity"] = datetime.now(timezone.utc)

    module = ModuleType("jupyter_server_proxy.handlers")
    module.ProxyHandler = ProxyHandler
    monkeypatch.setitem(sys.modules, "jupyter_server_proxy.handlers", module)
    return module


def test_without_such_applications_there_is_nothing_to_listen_to():
    applications = Applications(lambda: BEGIN)
    applications.find()
    assert (applications.used_at, applications.unheard) == (None, False)


def test_their_traffic_is_noticed(proxy):
    class RStudio(proxy.ProxyHandler):
        pass

    applications = Applications(lambda: BEGIN)
    applications.find()
    applications.find()
    handler = RStudio()
    assert applications.used_at is None
    handler._record_activity()
    assert applications.used_at == BEGIN
    assert handler.settings["api_last_activity"] is not NOW


def test_one_that_is_not_to_count_does_not(proxy):
    applications = Applications(lambda: BEGIN)
    applications.find()
    proxy.ProxyHandler(counts=False)._record_activity()
    assert applications.used_at is None


async def test_where_they_cannot_be_listened_to_every_request_counts(
    culling, proxy, jp_serverapp, jp_fetch
):
    proxy.ProxyHandler = SimpleNamespace()
    await jp_fetch("api", "kernels")
    seen = await culling.inventory.look()
    assert seen.worked_at == jp_serverapp.web_app.settings["api_last_activity"]
