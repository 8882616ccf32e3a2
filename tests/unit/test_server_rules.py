"""The hub's rules in a server: what goes before them, what they change, and when they do not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from traitlets.config import Config

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.idle.here import HubRules
from hub_admin_lab.idle.settings import Bounds
from hub_admin_lab.models import IdleSettingsUpdate
from hub_admin_lab.record import ActionRecorder
from hub_admin_lab.server.config import IdleConfig
from hub_admin_lab.server.culling import ServerCulling

RULES = {
    "kernels.idle_timeout": 1800,
    "kernels.interval": 60,
    "kernels.cull_connected": True,
    "kernels.cull_busy": False,
    "terminals.idle_timeout": 900,
    "terminals.interval": 30,
    "server.idle_timeout": 7200,
}


@pytest.fixture
def jp_server_config():
    return Config(
        {
            "ServerApp": {"jpserver_extensions": {"jupyter_server_terminals": True}},
            "KernelManager": {"shutdown_wait_time": 0.5},
        }
    )


class Seconds:
    """A monotonic clock that stands still until somebody moves it."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def make_culling(jp_serverapp, tmp_path, clock, seconds, monkeypatch):
    """Makes the culling of a server that starts, as it is configured."""
    monkeypatch.delenv("HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT", raising=False)
    recorder = ActionRecorder(jp_serverapp.event_logger, jp_serverapp.log)
    made = []

    def make(**config):
        for earlier in made:
            earlier.stop()
        file = tmp_path / "settings.json"
        made.append(
            ServerCulling(jp_serverapp, IdleConfig(**config), file, recorder, clock, seconds)
        )
        made[-1].start()
        return made[-1]

    yield make
    for culling in made:
        culling.stop()


def rules(bounds=None, exempt=None, kept=None, **values):
    """Return rules; `kernels__idle_timeout=60` changes one."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return HubRules(RULES | named, bounds, exempt, kept)


async def save(culling, *, by_admin=False, **parts):
    update = IdleSettingsUpdate.model_validate(parts)
    return await culling.update(update, actor="alice", by_admin=by_admin, dry_run=False)


def held(culling):
    """Return (value, source, default) of each duration."""
    shown = culling.settings()
    return {
        name: (setting.value, setting.source, setting.default)
        for name, setting in {
            "kernels": shown.kernels.idle_timeout,
            "interval": shown.kernels.interval,
            "terminals": shown.terminals.idle_timeout,
            "server": shown.server.idle_timeout,
        }.items()
    }


async def test_rules_go_before_what_is_configured(make_culling):
    culling = make_culling(kernel_idle_timeout=3600, terminal_idle_timeout=600)
    assert held(culling)["kernels"] == (3600, "config", 3600)
    culling.take_rules(rules())
    assert held(culling) == {
        "kernels": (1800, "rules", 1800),
        "interval": (60, "rules", 60),
        "terminals": (900, "rules", 900),
        "server": (7200, "rules", 7200),
    }
    assert culling.settings().kernels.cull_connected.source == "rules"
    assert culling.settings().protect_running_work.source == "config"
    assert culling._sweepers["kernels"].period == 60
    assert culling._sweepers["terminals"].period == 30


async def test_what_no_rule_sets_is_as_configured(make_culling):
    culling = make_culling(kernel_idle_timeout=86400, server_idle_timeout=600)
    culling.take_rules(HubRules({"kernels.interval": 60}))
    assert held(culling)["kernels"] == (86400, "config", 86400)
    assert held(culling)["interval"] == (60, "rules", 60)
    assert held(culling)["server"] == (600, "config", 600)
    assert culling._sweepers["kernels"].period == 60
    assert culling._sweepers["server"].period == 60


async def test_new_rules_hold_in_place_of_the_last(make_culling):
    culling = make_culling()
    culling.take_rules(rules())
    culling.take_rules(rules(kernels__idle_timeout=None, terminals__interval=10))
    assert held(culling)["kernels"] == (None, "rules", None)
    assert culling._sweepers["kernels"].period is None
    assert culling._sweepers["terminals"].period == 10


async def test_rules_that_stay_put_no_check_off(make_culling):
    culling = make_culling()
    culling.take_rules(rules())
    timer = culling._sweepers["kernels"]._timer
    culling.take_rules(rules())
    assert culling._sweepers["kernels"]._timer is timer


async def test_what_a_person_saved_goes_before_the_rules_and_can_go_back_to_them(make_culling):
    culling = make_culling(kernel_idle_timeout=3600)
    culling.take_rules(rules())
    await save(culling, kernels={"idle_timeout": 600})
    assert held(culling)["kernels"] == (600, "saved", 1800)
    assert held(culling)["interval"] == (60, "rules", 60)
    culling.reset(actor="alice")
    assert held(culling)["kernels"] == (1800, "rules", 1800)


async def test_the_owner_stays_within_the_bounds_of_the_rules(make_culling):
    culling = make_culling(kernel_idle_timeout_min=60, kernel_idle_timeout_max=120)
    culling.take_rules(rules(Bounds(900, 7200)))
    with pytest.raises(InvalidRequest, match="15 min to 2 h"):
        await save(culling, kernels={"idle_timeout": 100})
    await save(culling, kernels={"idle_timeout": 7200})
    with pytest.raises(InvalidRequest, match="up to 2 h for the check of terminals"):
        await save(culling, terminals={"interval": 7201})
    with pytest.raises(InvalidRequest, match="15 min to 2 h for an idle server"):
        await save(culling, server={"idle_timeout": None})
    shown = culling.settings().kernels.idle_timeout
    assert (shown.min, shown.max) == (900, 7200)


async def test_where_no_rule_sets_bounds_the_configured_ones_hold(make_culling):
    culling = make_culling(kernel_idle_timeout_max=3600)
    culling.take_rules(rules())
    with pytest.raises(InvalidRequest, match="up to 1 h"):
        await save(culling, kernels={"idle_timeout": 3601})
    culling.take_rules(rules(Bounds(None, None)))
    await save(culling, kernels={"idle_timeout": 3601})


async def test_bounds_that_come_later_hold_for_what_the_owner_saved_and_not_for_an_admin(
    make_culling,
):
    culling = make_culling()
    culling.take_rules(rules())
    await save(culling, kernels={"idle_timeout": 60})
    await save(culling, by_admin=True, terminals={"idle_timeout": 60})
    culling.take_rules(rules(Bounds(900, 7200)))
    assert held(culling)["kernels"][0] == 900
    assert held(culling)["terminals"][0] == 60
    culling.take_rules(rules())
    assert held(culling)["kernels"][0] == 60


async def test_an_exemption_keeps_everything_until_it_ends(
    make_culling, start_kernel, clock, seconds
):
    culling = make_culling()
    culling.take_rules(rules(exempt=3600))
    kernel = await start_kernel()
    kernel.unused_for(9000)
    await culling.sweep_kernels()
    assert kernel.alive
    assert held(culling)["kernels"] == (None, "rules", None)
    assert culling._sweepers["kernels"].period is None
    # The clock of this server does not matter, which may be set meanwhile.
    clock.ahead = timedelta(days=2)
    await culling.sweep_kernels()
    assert kernel.alive
    seconds.now += 3600
    assert held(culling)["kernels"] == (1800, "rules", 1800)
    culling.take_rules(rules(exempt=-5))
    assert culling._sweepers["kernels"].period == 60
    await culling.sweep_kernels()
    assert not kernel.alive


@pytest.mark.parametrize("saved", [None, 36000])
async def test_an_exemption_goes_before_the_bounds_of_what_the_owner_saved(
    make_culling, seconds, saved
):
    culling = make_culling()
    culling.take_rules(rules())
    await save(culling, kernels={"idle_timeout": saved})
    await save(culling, terminals={"idle_timeout": 60})
    culling.take_rules(rules(Bounds(900, 7200), exempt=3600))
    assert held(culling)["kernels"][:2] == (saved, "saved")
    # Nothing is stopped sooner than without it either.
    assert held(culling)["terminals"][:2] == (900, "saved")
    shown = culling.settings().kernels.idle_timeout
    assert (shown.min, shown.max) == (900, 7200)
    seconds.now += 3600
    assert held(culling)["kernels"][:2] == (7200, "saved")


async def test_rules_stop_kernels_and_terminals_and_what_they_stopped_is_told(
    make_culling, start_kernel, clock, jp_serverapp
):
    culling = make_culling()
    culling.take_rules(rules())
    kernel = await start_kernel()
    await jp_serverapp.session_manager.create_session(
        path="exam.ipynb", name="exam", type="notebook", kernel_id=kernel.id
    )
    terminals = jp_serverapp.web_app.settings["terminal_manager"]
    name = terminals.create()["name"]
    clock.ahead = timedelta(hours=2)
    await culling.sweep_kernels()
    await culling.sweep_terminals()
    assert not kernel.alive
    told = [(s.kind, s.name, s.outcome) for _, s in culling.actions.stops.unnoted()]
    assert told == [("kernel", "exam.ipynb", "done"), ("terminal", name, "done")]
    assert "2 h" in culling.actions.stops.unnoted()[0][1].reason


# --- this server itself -----------------------------------------------------------------------


@pytest.fixture
def stopped(jp_serverapp, monkeypatch):
    """How often `serverapp.stop()` was called."""
    calls = []
    monkeypatch.setattr(jp_serverapp, "stop", lambda: calls.append(1))
    return calls


async def test_the_service_stops_servers_by_its_rules_and_they_do_not(make_culling):
    culling = make_culling(server_idle_timeout=600)
    assert culling._sweepers["server"].period == 60
    culling.take_rules(rules())
    assert culling._sweepers["server"].period is None


async def test_a_server_stops_itself_where_a_person_wants_it_to(make_culling, clock, stopped):
    culling = make_culling()
    culling.take_rules(rules())
    await save(culling, server={"idle_timeout": 600})
    assert culling._sweepers["server"].period == 60
    clock.ahead = timedelta(seconds=700)
    await culling.sweep_server()
    assert stopped


@pytest.mark.parametrize("what", ["exempt", "kept"])
async def test_a_server_that_is_kept_does_not_stop_itself(
    make_culling, clock, seconds, stopped, what
):
    culling = make_culling()
    culling.take_rules(rules(**{what: 3600}))
    await save(culling, server={"idle_timeout": 600})
    clock.ahead = timedelta(minutes=90)
    seconds.now += 3599
    await culling.sweep_server()
    assert not stopped
    seconds.now += 1
    await culling.sweep_server()
    assert stopped
