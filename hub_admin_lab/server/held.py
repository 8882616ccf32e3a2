"""Which settings hold in this server: what was saved, the hub's rules, what is configured."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, TypeVar

from hub_admin_lab.errors import InvalidRequest, NotAdjustable
from hub_admin_lab.idle import settings as rules
from hub_admin_lab.idle.here import HubRules
from hub_admin_lab.idle.settings import Bounds, Saved, Setting, Value
from hub_admin_lab.server.config import IdleConfig
from hub_admin_lab.server.configured import configured_values
from hub_admin_lab.server.kernels import Kernels
from hub_admin_lab.server.settings import SettingsFile
from hub_admin_lab.server.shutdown import Shutdown
from hub_admin_lab.server.terminals import Terminals

Settings = Mapping[str, Setting]
T = TypeVar("T")


class HeldSettings:
    """The settings of this server, from all who have a say in them.

    Parameters
    ----------
    config, environment
        What the operator configured.
    file
        Where settings that a person saved are kept.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        config: IdleConfig,
        environment: Mapping[str, Value],
        file: SettingsFile,
        kernels: Kernels,
        terminals: Terminals,
        shutdown: Shutdown,
        *,
        log: logging.Logger,
        clock: Callable[[], float],
    ) -> None:
        self._own = config.own_values()
        self._environment = environment
        self._bounds = config.bounds(log)
        self._kernels = kernels
        self._terminals = terminals
        self._shutdown = shutdown
        self._clock = clock
        self._file = file
        self._saved = file.load()
        # Where the hub service never told any, all is as if there were no such service.
        self._hub_rules: HubRules | None = None
        self._told = 0.0

    def take_rules(self, hub_rules: HubRules) -> None:
        """Let the rules hold that the hub service tells right now."""
        self._hub_rules, self._told = hub_rules, self._clock()

    def not_adjustable(self) -> dict[str, str]:
        """Return the parts that are somebody else's, each with the sentence that says so."""
        parts = {
            "kernels": self._kernels.not_adjustable,
            "terminals": self._terminals.not_adjustable,
        }
        return {part: sentence for part, sentence in parts.items() if sentence is not None}

    def effective(self, saved: Mapping[str, Saved] | None = None) -> Settings:
        """Return what holds, or what would hold if that were ``saved``."""
        saved = self._saved if saved is None else saved
        bounds = self.bounds()
        if self._hub_rules is not None and self._hub_rules.exempt(self._ago()):
            # Nothing is stopped sooner than its owner wants, whatever the most is that is allowed.
            bounds = {name: replace(bound, max=None) for name, bound in bounds.items()}
        return rules.effective(self._configured(), self._adjustable(saved), bounds, self._ruled())

    def defaults(self) -> dict[str, Value]:
        """Return what holds where nothing is saved."""
        return self._configured() | self._ruled()

    def bounds(self) -> Mapping[str, Bounds]:
        """Return what the owner may set, by field."""
        if self._hub_rules is None:
            return self._bounds
        return self._hub_rules.owner_bounds(self._bounds)

    def kept(self) -> bool:
        """Return whether the hub's rules exempt this server, or somebody keeps it."""
        return self._hub_rules is not None and self._hub_rules.keep_server(self._ago())

    def check(self, changes: Mapping[str, Value], *, by_admin: bool) -> None:
        """Raise unless these changes can be made.

        Raises
        ------
        NotAdjustable
            One is somebody else's to make.
        InvalidRequest
            One is outside the owner's bounds, which do not hold for an admin.
        """
        for part, sentence in self.not_adjustable().items():
            if any(name.startswith(f"{part}.") for name in changes):
                raise NotAdjustable(sentence, [{"field": part, "message": sentence}])
        refused = {} if by_admin else rules.refused(changes, self.bounds())
        if refused:
            fields = [{"field": name, "message": text} for name, text in refused.items()]
            raise InvalidRequest(fields[0]["message"], fields)

    # --- what a person saved --------------------------------------------------------------

    def with_changes(self, changes: Mapping[str, Value], *, by_admin: bool) -> dict[str, Saved]:
        """Return what is saved with these changes; nothing is written yet."""
        by: Literal["owner", "admin"] = "admin" if by_admin else "owner"
        return self._saved | {name: Saved(value, by) for name, value in changes.items()}

    def save(self, saved: dict[str, Saved]) -> None:
        """Write this in place of what is saved; errors as of ``SettingsFile.save``."""
        self._file.save(saved)
        self._saved = saved

    def forget(self) -> None:
        """Delete what is saved; errors as of ``SettingsFile.delete``."""
        self._file.delete()
        self._saved = {}

    def read_again(self) -> bool:
        """Read what is saved if that failed before; return whether it now did not."""
        if self._file.unread is None:
            return False
        self._saved = self._file.load()
        return self._file.unread is None

    # --- what others set ------------------------------------------------------------------

    def _configured(self) -> dict[str, Value]:
        theirs = self._kernels.theirs | self._terminals.theirs | self._shutdown.theirs
        return configured_values(
            self._adjustable(self._own), theirs, self._adjustable(self._environment)
        )

    def _ruled(self) -> dict[str, Value]:
        if self._hub_rules is None:
            return {}
        return self._adjustable(self._hub_rules.values_after(self._ago()))

    def _ago(self) -> float:
        """Return how many seconds ago the hub's rules were told."""
        return self._clock() - self._told

    def _adjustable(self, values: Mapping[str, T]) -> dict[str, T]:
        """Leave out what is not ours to set: a gateway does not heed our settings."""
        foreign = tuple(f"{part}." for part in self.not_adjustable())
        return {name: value for name, value in values.items() if not name.startswith(foreign)}
