"""configure(c) with what it does not take: one clear sentence, and the config as it was."""

from __future__ import annotations

import pytest
from traitlets.config import Config

from hub_admin_lab.hub_config import configure

NUMBERS = [
    "idle_timeout",
    "cull_every",
    "max_age",
    "kernel_idle_timeout",
    "kernel_cull_interval",
    "busy_max",
]
SWITCHES = ["kernel_cull_connected", "protect_running_work", "manage_users", "service"]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("bad", ["60", None, True, [60]])
def test_a_time_of_another_type(name, bad):
    with pytest.raises(TypeError, match=rf"configure\({name}=…\) takes a whole number of seconds"):
        configure(Config(), **{name: bad})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("bad", [-1, 1.5, float("nan"), float("inf"), -float("inf"), 10**12])
def test_a_time_out_of_range(name, bad):
    with pytest.raises(ValueError, match=rf"configure\({name}=…\) takes a whole number of seconds"):
        configure(Config(), **{name: bad})


@pytest.mark.parametrize("name", ["cull_every", "kernel_cull_interval"])
def test_zero_where_it_means_nothing(name):
    with pytest.raises(ValueError, match=name):
        configure(Config(), **{name: 0})


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("bad", [1, 0, "yes", None])
def test_a_switch_of_another_type(name, bad):
    with pytest.raises(TypeError, match=rf"configure\({name}=…\) takes True or False"):
        configure(Config(), **{name: bad})


def test_misuse_leaves_the_config_alone():
    c = Config()
    with pytest.raises(ValueError, match="busy_max"):
        configure(c, busy_max=-1)
    assert c == {}


def test_a_whole_float_is_a_whole_number():
    c = Config()
    configure(c, idle_timeout=0.5 * 3600)
    assert "--timeout=1800" in c.JupyterHub.services.get_value([])[0]["command"]


def test_an_unknown_parameter():
    with pytest.raises(TypeError, match="idle_time_out"):
        configure(Config(), idle_time_out=60)


def test_no_config():
    with pytest.raises(TypeError, match=r"configure\(c\)"):
        configure({})


def test_max_age_without_a_culler():
    with pytest.raises(ValueError, match="max_age"):
        configure(Config(), idle_timeout=0, max_age=60)
