"""Managers that are not jupyter_server's own, and kernels of which little is known."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)
from jupyter_server_terminals.terminalmanager import TerminalManager

from hub_admin_lab.server.kernels import Kernels
from hub_admin_lab.server.terminals import Terminals
from hub_admin_lab.server.work import BusyKernels


class OwnSweep(AsyncMappingKernelManager):
    async def cull_kernels(self):
        raise NotImplementedError


class OwnRule(AsyncMappingKernelManager):
    async def cull_kernel_if_idle(self, kernel_id):
        raise NotImplementedError


class OwnStart(AsyncMappingKernelManager):
    async def start_kernel(self, **options):
        raise NotImplementedError


def kernels_of(manager):
    app = SimpleNamespace(kernel_manager=manager, session_manager=None, event_logger=None)
    return Kernels(app, BusyKernels(app, lambda: datetime.now(timezone.utc), lambda: None))


@pytest.mark.parametrize("kind", [OwnSweep, OwnRule])
def test_a_manager_that_culls_in_its_own_way_is_left_alone(kind):
    manager = kind(cull_idle_timeout=60)
    kernels = kernels_of(manager)
    assert kind.__name__ in kernels.not_adjustable
    assert manager.cull_idle_timeout == 60
    assert kernels.theirs["kernels.idle_timeout"].value == 60


def test_a_manager_that_does_anything_else_in_its_own_way_is_fine():
    manager = OwnStart(cull_idle_timeout=60)
    assert kernels_of(manager).not_adjustable is None
    assert manager.cull_idle_timeout == 0


def test_a_manager_without_any_culling_is_left_alone():
    kernels = kernels_of(SimpleNamespace(has_trait=lambda name: False))
    assert kernels.not_adjustable is not None
    assert kernels.theirs["kernels.idle_timeout"].value == 0
    assert kernels.theirs["kernels.interval"].value == 300


class Gone:
    """A kernel whose kernelspec was uninstalled while it ran."""

    kernel_name = "r"
    execution_state = "idle"
    last_activity = datetime(2026, 1, 1, tzinfo=timezone.utc)

    def has_trait(self, name):
        return False

    @property
    def kernel_spec(self):
        raise NoSuchKernel("r")


def test_kernels_of_which_little_is_known():
    manager = AsyncMappingKernelManager()
    starting = ServerKernelManager(kernel_name="python3")
    manager._kernels = {"starting": starting, "gone": Gone()}
    facts = {fact.id: fact for fact in kernels_of(manager).facts()}
    assert facts["starting"].last_activity is None
    assert facts["starting"].state is None
    assert facts["gone"].spec_timeout is None
    assert facts["gone"].last_activity == Gone.last_activity


class Hasty(Gone):
    kernel_spec = SimpleNamespace(metadata={"cull_idle_timeout": 60})


def test_a_kernelspecs_own_timeout_is_heard():
    manager = AsyncMappingKernelManager()
    manager._kernels = {"k": Hasty()}
    [fact] = kernels_of(manager).facts()
    assert fact.spec_timeout == 60


# --- terminals ----------------------------------------------------------------------------


class OwnTerminalRule(TerminalManager):
    async def _cull_inactive_terminal(self, name):
        raise NotImplementedError


def terminals_of(settings):
    return Terminals(SimpleNamespace(web_app=SimpleNamespace(settings=settings)))


def test_terminals_that_come_later_are_taken_over_once():
    settings = {}
    terminals = terminals_of(settings)
    assert not terminals.find()
    assert terminals.not_adjustable == "This server has no terminals."
    assert (terminals.count(), terminals.facts()) == (0, [])
    manager = TerminalManager(shell_command=["sh"], cull_inactive_timeout=900)
    settings["terminal_manager"] = manager
    assert terminals.find()
    assert not terminals.find()
    assert terminals.not_adjustable is None
    assert terminals.theirs["terminals.idle_timeout"].value == 900
    assert manager.cull_inactive_timeout == 0


def test_terminals_of_another_kind_are_left_alone():
    manager = OwnTerminalRule(shell_command=["sh"], cull_inactive_timeout=900)
    terminals = terminals_of({"terminal_manager": manager})
    assert terminals.find()
    assert "OwnTerminalRule" in terminals.not_adjustable
    assert manager.cull_inactive_timeout == 900
    assert terminals.facts() == []
