"""Which of the operator's words counts, and jupyter_server's own culling put out of action."""

from __future__ import annotations

import logging

import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server_terminals.terminalmanager import TerminalManager
from traitlets import TraitError
from traitlets.config import Config

from hub_admin_lab.extension import HubAdminLab
from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.settings import Bounds
from hub_admin_lab.server.config import IdleConfig, environment_values
from hub_admin_lab.server.configured import (
    activity_interval,
    busy_max,
    configured_values,
    server_name,
)
from hub_admin_lab.server.theirs import Theirs, park, read

LOG = logging.getLogger("config")
TIMEOUT = "kernels.idle_timeout"


def theirs(value=0, explicit=False):
    return {TIMEOUT: Theirs(value, explicit)}


@pytest.mark.parametrize(
    ("own", "their", "environment", "value"),
    [
        ({}, theirs(), {}, None),
        ({}, theirs(), {TIMEOUT: 3600}, 3600),
        ({}, theirs(600, explicit=True), {TIMEOUT: 3600}, 600),
        ({}, theirs(0, explicit=True), {TIMEOUT: 3600}, None),
        ({}, theirs(-1, explicit=True), {}, None),
        ({}, theirs(), {TIMEOUT: 0}, None),
        ({TIMEOUT: 60}, theirs(600, explicit=True), {TIMEOUT: 3600}, 60),
        ({TIMEOUT: 0}, theirs(600, explicit=True), {TIMEOUT: 3600}, None),
        ({}, theirs(600), {}, 600),  # a manager's own default
        ({}, theirs(), {TIMEOUT: FOREVER}, FOREVER),
        # Longer than any server lives, and than a date can hold.
        ({}, theirs(10**12, explicit=True), {}, None),
        ({}, theirs(), {TIMEOUT: 10**12}, None),
        ({TIMEOUT: 10**12}, theirs(), {}, None),
    ],
)
def test_precedence(own, their, environment, value):
    assert configured_values(own, their, environment)[TIMEOUT] == value


@pytest.mark.parametrize(("their", "interval"), [(0, 300), (-1, 300), (7, 7), (10**12, FOREVER)])
def test_an_interval_always_is_one(their, interval):
    values = configured_values({}, {"kernels.interval": Theirs(their, explicit=True)}, {})
    assert values["kernels.interval"] == interval


@pytest.mark.parametrize(
    ("own", "environment", "protect", "longest"),
    [
        ({}, {}, True, 86400),
        ({}, {"protect_running_work": False, "busy_max": 60}, False, 60),
        ({"protect_running_work": True, "busy_max": 5}, {"protect_running_work": False}, True, 5),
        ({}, {"busy_max": 0}, True, None),
        ({}, {"busy_max": 10**17}, True, None),
        ({"busy_max": 10**400}, {}, True, None),
    ],
)
def test_protection(own, environment, protect, longest):
    assert configured_values(own, {}, environment)["protect_running_work"] is protect
    assert busy_max(own, environment) == longest


def test_the_environment():
    environ = {
        "HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT": "3600",
        "HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL": "60",
        "HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED": "1",
        "HUB_ADMIN_LAB_PROTECT_RUNNING_WORK": "0",
        "HUB_ADMIN_LAB_BUSY_MAX": "7200",
    }
    assert environment_values(environ, LOG) == {
        "kernels.idle_timeout": 3600,
        "kernels.interval": 60,
        "kernels.cull_connected": True,
        "protect_running_work": False,
        "busy_max": 7200,
    }


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("KERNEL_IDLE_TIMEOUT", "one hour"),
        ("KERNEL_IDLE_TIMEOUT", "-1"),
        ("KERNEL_IDLE_TIMEOUT", "1.5"),
        ("KERNEL_IDLE_TIMEOUT", "²"),
        ("KERNEL_IDLE_TIMEOUT", "9" * 5000),  # more than Python makes a number of
        ("KERNEL_CULL_CONNECTED", "yes"),
        ("PROTECT_RUNNING_WORK", "2"),
    ],
)
def test_a_bad_value_in_the_environment_is_one_warning(variable, text, caplog):
    assert environment_values({f"HUB_ADMIN_LAB_{variable}": text}, LOG) == {}
    assert len(caplog.records) == 1
    assert f"HUB_ADMIN_LAB_{variable}" in caplog.text


def test_an_empty_value_in_the_environment_is_none():
    assert environment_values({"HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT": ""}, LOG) == {}


@pytest.mark.parametrize("section", ["HubAdminLab", "IdleConfig"])
def test_operators_set_it_where_they_look_for_it(section):
    app = HubAdminLab(config=Config({section: {"kernel_idle_timeout": 1800, "busy_max": 0}}))
    assert app.own_values() == {"kernels.idle_timeout": 1800, "busy_max": 0}


def test_what_cannot_be_meant_is_refused():
    for bad in ({"kernel_idle_timeout": -1}, {"kernel_cull_interval": 0}):
        with pytest.raises(TraitError):
            IdleConfig(**bad)


def test_every_setting_says_what_it_does():
    for name, trait in IdleConfig.class_own_traits(config=True).items():
        assert len(trait.help) > 40, name


def test_bounds_and_that_they_hold_for_the_check(caplog):
    bounds = IdleConfig(kernel_idle_timeout_min=900, kernel_idle_timeout_max=3600).bounds(LOG)
    assert bounds["kernels.idle_timeout"] == Bounds(900, 3600)
    assert bounds["kernels.interval"] == Bounds(None, 3600)
    assert bounds["server.idle_timeout"] == Bounds(None, None)
    assert not caplog.records


def test_bounds_that_no_server_lives_to_see():
    bounds = IdleConfig(kernel_idle_timeout_min=10**12, kernel_idle_timeout_max=10**13).bounds(LOG)
    assert bounds["kernels.idle_timeout"] == Bounds(FOREVER, None)


def test_bounds_that_leave_nothing_are_a_warning(caplog):
    bounds = IdleConfig(kernel_idle_timeout_min=900, kernel_idle_timeout_max=60).bounds(LOG)
    assert bounds["kernels.idle_timeout"] == Bounds(None, 60)
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, 300),
        ({"JUPYTERHUB_ACTIVITY_INTERVAL": "30"}, 30),
        ({"JUPYTERHUB_ACTIVITY_INTERVAL": "0"}, 300),
        ({"JUPYTERHUB_ACTIVITY_INTERVAL": "often"}, 300),
        ({"JUPYTERHUB_ACTIVITY_INTERVAL": "9" * 5000}, 300),
    ],
)
def test_how_often_the_hub_hears_of_it(environ, seconds):
    assert activity_interval(environ) == seconds


def test_what_this_server_is_called():
    assert server_name({}) == "this server"
    assert server_name({"JUPYTERHUB_USER": "bob"}) == "bob"
    assert server_name({"JUPYTERHUB_USER": "bob", "JUPYTERHUB_SERVER_NAME": "gpu"}) == "bob/gpu"


# --- jupyter_server's own -----------------------------------------------------------------


class Patient(AsyncMappingKernelManager):
    cull_connected = True


@pytest.mark.parametrize(
    ("manager", "expected"),
    [
        (AsyncMappingKernelManager(), Theirs(0, explicit=False)),
        (
            AsyncMappingKernelManager(
                config=Config({"MappingKernelManager": {"cull_idle_timeout": 0}})
            ),
            Theirs(0, explicit=True),
        ),
        (
            AsyncMappingKernelManager(
                config=Config({"AsyncMappingKernelManager": {"cull_idle_timeout": 60}})
            ),
            Theirs(60, explicit=True),
        ),
        (AsyncMappingKernelManager(cull_idle_timeout=60), Theirs(60, explicit=True)),
        (
            AsyncMappingKernelManager(config=Config({"ServerApp": {"cull_idle_timeout": 60}})),
            Theirs(0, explicit=False),
        ),
    ],
)
def test_what_is_explicit(manager, expected):
    assert read(manager, "cull_idle_timeout") == expected


async def test_a_manager_that_never_culled_is_parked_at_off():
    manager = AsyncMappingKernelManager(cull_idle_timeout=3600)
    park(manager, "cull_idle_timeout")
    manager.initialize_culler()
    assert manager._culler_callback is None


@pytest.mark.parametrize(
    ("make", "arm", "trait"),
    [
        (AsyncMappingKernelManager, "initialize_culler", "cull_idle_timeout"),
        (
            lambda **traits: TerminalManager(shell_command=["sh"], **traits),
            "_initialize_culler",
            "cull_inactive_timeout",
        ),
    ],
)
async def test_a_manager_that_culls_is_stopped_first_and_never_set_to_zero(make, arm, trait):
    manager = make()
    setattr(manager, trait, 3600)
    getattr(manager, arm)()
    callback = manager._culler_callback
    seen = []
    manager.observe(lambda change: seen.append((change["new"], callback.is_running())), trait)
    park(manager, trait)
    assert seen == [(FOREVER, False)]
    assert manager._culler_callback is None
