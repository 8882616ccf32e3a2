"""This server's culling: what holds, what it does, and how it is changed while it runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from hub_admin_lab.idle import settings as rules
from hub_admin_lab.idle.decision import Decision
from hub_admin_lab.idle.here import HubRules
from hub_admin_lab.idle.kernels import decide_kernel
from hub_admin_lab.idle.settings import PARTS, PROTECT, Value
from hub_admin_lab.idle.shutdown import decide_server
from hub_admin_lab.idle.terminals import decide_terminal
from hub_admin_lab.server.actions import Actions
from hub_admin_lab.server.config import IdleConfig, environment_values
from hub_admin_lab.server.configured import activity_interval, busy_max, server_name
from hub_admin_lab.server.held import HeldSettings, Settings
from hub_admin_lab.server.inventory import Inventory
from hub_admin_lab.server.kernels import Kernels
from hub_admin_lab.server.settings import SettingsFile
from hub_admin_lab.server.shutdown import Shutdown, look_every
from hub_admin_lab.server.sweeper import Sweeper
from hub_admin_lab.server.terminals import Terminals
from hub_admin_lab.server.work import RunningWork

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from hub_admin_lab.models import IdleSettings, IdleSettingsUpdate, KernelView, WouldCull
    from hub_admin_lab.record import ActionRecorder


class ServerCulling:
    """Stops idle kernels and terminals, and this server, in place of jupyter_server.

    From its construction on jupyter_server's own culling is parked; from ``start`` on this one
    works.

    Parameters
    ----------
    config
        What the operator configured.
    settings_file
        Where settings that a person saved are kept.
    now, clock
        The clock, and monotonic seconds, for tests.

    Attributes
    ----------
    actions
        What is done to kernels and terminals.
    inventory
        What goes on here.
    """

    def __init__(
        self,
        serverapp: ServerApp,
        config: IdleConfig,
        settings_file: Path,
        recorder: ActionRecorder,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._log = serverapp.log
        environment = environment_values(os.environ, serverapp.log)
        self._work = RunningWork(
            serverapp,
            now,
            busy_max=busy_max(config.own_values(), environment),
            activity_interval=activity_interval(os.environ),
        )
        self._kernels = Kernels(serverapp, self._work.busy)
        self._terminals = Terminals(serverapp)
        self._shutdown = Shutdown(serverapp, self._kernels, self._terminals)
        self.actions = Actions(
            self._kernels,
            self._terminals,
            self._shutdown,
            recorder,
            server=server_name(os.environ),
            log=serverapp.log,
        )
        self._held = HeldSettings(
            config,
            environment,
            SettingsFile(settings_file, serverapp.log),
            self._kernels,
            self._terminals,
            self._shutdown,
            log=serverapp.log,
            clock=clock,
        )
        self.inventory = Inventory(
            serverapp, self._kernels, self._terminals, protects_work=self._protects_work, now=now
        )
        self._sweepers = {
            "kernels": Sweeper(self.sweep_kernels),
            "terminals": Sweeper(self.sweep_terminals),
            "server": Sweeper(self.sweep_server),
        }
        self._logged: dict[str, Value] = {}
        self._started = False

    def start(self) -> None:
        """Begin to stop what is idle; all extensions are loaded and the event loop runs."""
        self._started = True
        self._work.start()
        self._apply()
        self._log_settings()

    def stop(self) -> None:
        """End all of that; called when the server ends."""
        self._started = False
        for sweeper in self._sweepers.values():
            sweeper.every(None)
        self._work.stop()

    # --- settings -------------------------------------------------------------------------

    def settings(self) -> IdleSettings:
        """Return what holds."""
        return self._view(self._effective())

    async def update(
        self, update: IdleSettingsUpdate, *, actor: str, by_admin: bool, dry_run: bool
    ) -> IdleSettings:
        """Change the settings that ``update`` names, save them, and act on them at once.

        Parameters
        ----------
        actor
            Who changes them, for the record.
        by_admin
            The Hub calls that person admin: the owner's bounds do not hold.
        dry_run
            Only answer what would hold, and what would be stopped at once.

        Raises
        ------
        InvalidRequest
            A value is outside the bounds.
        NotAdjustable
            A setting is somebody else's, such as a gateway's.
        NotSaved
            The settings cannot be written, or not be read before; nothing was changed.
        """
        from hub_admin_lab.server import views  # not at the top: see there

        self._look_again()
        changes = rules.sent(update)
        self._held.check(changes, by_admin=by_admin)
        saved = self._held.with_changes(changes, by_admin=by_admin)
        settings = self._held.effective(saved)
        would_cull = views.would_cull_view(
            self._kernels_due(settings), self._terminals_due(settings)
        )
        if changes and not dry_run:
            with self.actions.settings_change(actor, rules.described(changes)):
                self._held.save(saved)
            self._apply()
            # What the person was told is stopped now is; the next check may be hours away. The
            # server itself is not among it: it would go while this answer is on its way.
            await self._sweepers["kernels"].now()
            await self._sweepers["terminals"].now()
        return self._view(settings, would_cull)

    def reset(self, *, actor: str) -> IdleSettings:
        """Go back to the hub's rules and what is configured; the next check stops what they do.

        Raises
        ------
        NotSaved
            The saved settings cannot be deleted; nothing was changed.
        """
        with self.actions.settings_change(actor, "back to what is configured"):
            self._held.forget()
        self._apply()
        return self.settings()

    def take_rules(self, hub_rules: HubRules) -> None:
        """Let the hub's rules hold from now on; the next check stops what they do."""
        self._held.take_rules(hub_rules)
        self._apply()  # also where they are the same: an exemption may have ended
        self._log_settings()

    def _protects_work(self) -> bool:
        return bool(self._effective()[PROTECT].value)

    def _effective(self) -> Settings:
        self._look_again()
        return self._held.effective()

    def _look_again(self) -> None:
        """Take in terminals that came since, and saved settings that can be read only now."""
        found = self._terminals.find()
        if (self._held.read_again() or found) and self._started:
            self._apply()

    def _view(self, settings: Settings, would_cull: WouldCull | None = None) -> IdleSettings:
        from hub_admin_lab.server import views  # not at the top: see there

        return views.settings_view(
            settings,
            self._held.defaults(),
            self._held.bounds(),
            not_adjustable=self._held.not_adjustable(),
            would_cull=would_cull,
        )

    def _log_settings(self) -> None:
        values = {name: setting.value for name, setting in self._effective().items()}
        if values != self._logged:
            self._log.info("Idle settings: %s", rules.described(values))
        self._logged = values

    def _apply(self) -> None:
        """Let the timers run by the settings that hold."""
        settings = self._effective()
        if not self._started:
            return
        periods = {
            "kernels": rules.seconds(settings, "kernels.interval"),
            "terminals": rules.seconds(settings, "terminals.interval"),
            "server": look_every(rules.seconds(settings, "server.idle_timeout")),
        }
        foreign = self._held.not_adjustable()
        for part in PARTS:
            on = (
                part not in foreign
                and rules.seconds(settings, f"{part}.idle_timeout") is not None
                # The hub service stops servers by its rules: it warns, and knows more of their use.
                and (part != "server" or settings["server.idle_timeout"].source != "rules")
            )
            self._sweepers[part].every(periods[part] if on else None)
        self._work.enable(bool(settings[PROTECT].value))

    # --- kernels, terminals, this server --------------------------------------------------

    async def kernels(self) -> list[KernelView]:
        """Return this server's kernels and what becomes of each."""
        from hub_admin_lab.server import views  # not at the top: see there

        paths = await self._kernels.paths()
        foreign = self._kernels.not_adjustable
        if foreign is not None:
            models = await self._kernels.models()
            return [
                views.foreign_kernel_view(
                    model,
                    paths.get(model["id"]),
                    reason=foreign,
                    busy_since=self._work.busy.since(model["id"]),
                    now=self._now(),
                )
                for model in models
            ]
        limits = rules.kernel_limits(self._effective())
        facts = self._kernels.facts()
        now = self._now()
        return [views.kernel_view(k, paths.get(k.id), decide_kernel(k, limits, now)) for k in facts]

    async def sweep_kernels(self) -> None:
        """Stop the kernels that are due."""
        await self.actions.cull_kernels(self._kernels_due(self._effective()))

    async def sweep_terminals(self) -> None:
        """Stop the terminals that are due."""
        await self.actions.cull_terminals(self._terminals_due(self._effective()))

    async def sweep_server(self) -> None:
        """Stop this server if it is due, and nobody keeps it."""
        if self._held.kept():
            return
        timeout = rules.seconds(self._effective(), "server.idle_timeout")
        decision = decide_server(self._shutdown.facts(), timeout, self._now())
        if decision.cull:
            self.actions.cull_server(decision)

    def _kernels_due(self, settings: Settings) -> dict[str, Decision]:
        if self._kernels.not_adjustable is not None:
            return {}
        limits = rules.kernel_limits(settings)
        facts = self._kernels.facts()
        now = self._now()
        return {k.id: why for k in facts if (why := decide_kernel(k, limits, now)).cull}

    def _terminals_due(self, settings: Settings) -> dict[str, Decision]:
        if self._terminals.not_adjustable is not None:
            return {}
        timeout = rules.seconds(settings, "terminals.idle_timeout")
        facts = self._terminals.facts()
        now = self._now()
        return {t.name: why for t in facts if (why := decide_terminal(t, timeout, now)).cull}
