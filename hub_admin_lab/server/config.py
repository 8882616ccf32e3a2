"""The idle settings as the operator configures them. These help texts are the reference."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from traitlets import Bool, Integer
from traitlets.config import Configurable

from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.settings import PROTECT, Bounds, Value

BUSY_MAX = "busy_max"

_ENVIRONMENT = {
    "HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT": "kernels.idle_timeout",
    "HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL": "kernels.interval",
    "HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED": "kernels.cull_connected",
    "HUB_ADMIN_LAB_PROTECT_RUNNING_WORK": PROTECT,
    "HUB_ADMIN_LAB_BUSY_MAX": BUSY_MAX,
}
_SWITCHES = frozenset({"kernels.cull_connected", PROTECT})
_DIGITS = 18
_SWITCH_WORDS = {"1": True, "true": True, "0": False, "false": False}

_PRECEDENCE = "Not set: what is set for `{theirs}` explicitly, else `{ours}` of the environment."
_PRECEDENCE_THEIRS = "Not set: what is set for `{theirs}`."


def _seconds(help_text: str) -> Integer[int | None, int | None]:
    """Return a trait for a duration: None is "not set here", 0 is off."""
    return Integer(None, allow_none=True, min=0, help=help_text).tag(config=True)


def _interval(help_text: str) -> Integer[int | None, int | None]:
    return Integer(None, allow_none=True, min=1, help=help_text).tag(config=True)


def _switch(help_text: str) -> Bool[bool | None, bool | int | None]:
    return Bool(None, allow_none=True, help=help_text).tag(config=True)


def _bound(help_text: str) -> Integer[int | None, int | None]:
    return Integer(None, allow_none=True, min=1, help=help_text).tag(config=True)


class IdleConfig(Configurable):
    """When this server's kernels, its terminals, and the server itself are stopped.

    Part of ``HubAdminLab``: write ``c.HubAdminLab.kernel_idle_timeout = 1800``. A person who may
    change the settings can change all of them while the server runs, the bounds excepted.
    """

    kernel_idle_timeout = _seconds(
        """Seconds without activity after which a kernel is stopped; 0: never. """
        + _PRECEDENCE.format(
            theirs="MappingKernelManager.cull_idle_timeout",
            ours="HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT",
        )
    )
    kernel_cull_interval = _interval(
        """Seconds between two checks for idle kernels. """
        + _PRECEDENCE.format(
            theirs="MappingKernelManager.cull_interval",
            ours="HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL",
        )
    )
    kernel_cull_connected = _switch(
        """Stop idle kernels even while a notebook or a console is open on them. An open
        JupyterLab keeps a connection to every kernel, so without this hardly any is stopped. """
        + _PRECEDENCE.format(
            theirs="MappingKernelManager.cull_connected",
            ours="HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED",
        )
    )
    kernel_cull_busy = _switch(
        """Stop kernels without activity even while they run code. """
        + _PRECEDENCE_THEIRS.format(theirs="MappingKernelManager.cull_busy")
    )
    terminal_idle_timeout = _seconds(
        """Seconds without input or output after which a terminal is stopped; 0: never. """
        + _PRECEDENCE_THEIRS.format(theirs="TerminalManager.cull_inactive_timeout")
    )
    terminal_cull_interval = _interval(
        """Seconds between two checks for idle terminals. """
        + _PRECEDENCE_THEIRS.format(theirs="TerminalManager.cull_interval")
    )
    server_idle_timeout = _seconds(
        """Seconds without any activity after which this server stops itself, if it has neither
        kernels nor terminals; 0: never. """
        + _PRECEDENCE_THEIRS.format(theirs="ServerApp.shutdown_no_activity_timeout")
    )
    protect_running_work = _switch(
        """Report a kernel that runs code as activity of this server, so that no culler stops the
        server under it. Not set: `HUB_ADMIN_LAB_PROTECT_RUNNING_WORK` of the environment (1 or
        0), else on."""
    )
    busy_max = _seconds(
        """Seconds that one cell may keep the server like that; 0: for ever. An endless loop or a
        question that nobody answers would otherwise keep it until somebody looks. Not set:
        `HUB_ADMIN_LAB_BUSY_MAX` of the environment, else 86400, which is a day."""
    )
    kernel_idle_timeout_min = _bound(
        "The shortest time, in seconds, that the server's owner may set for kernels."
    )
    kernel_idle_timeout_max = _bound(
        """The longest time, in seconds, that the server's owner may set for kernels, and for the
        time between two checks. With it the owner cannot turn it off either."""
    )
    terminal_idle_timeout_min = _bound(
        "The shortest time, in seconds, that the server's owner may set for terminals."
    )
    terminal_idle_timeout_max = _bound(
        """The longest time, in seconds, that the server's owner may set for terminals, and for
        the time between two checks. With it the owner cannot turn it off either."""
    )
    server_idle_timeout_min = _bound(
        "The shortest time, in seconds, that the server's owner may set for the server."
    )
    server_idle_timeout_max = _bound(
        """The longest time, in seconds, that the server's owner may set for the server. With it
        the owner cannot turn it off either."""
    )

    def own_values(self) -> dict[str, int | bool]:
        """Return what is set here, by field; what is not set is not in it. 0 is off."""
        values = {
            "kernels.idle_timeout": self.kernel_idle_timeout,
            "kernels.interval": self.kernel_cull_interval,
            "kernels.cull_connected": self.kernel_cull_connected,
            "kernels.cull_busy": self.kernel_cull_busy,
            "terminals.idle_timeout": self.terminal_idle_timeout,
            "terminals.interval": self.terminal_cull_interval,
            "server.idle_timeout": self.server_idle_timeout,
            PROTECT: self.protect_running_work,
            BUSY_MAX: self.busy_max,
        }
        return {name: value for name, value in values.items() if value is not None}

    def bounds(self, log: logging.Logger) -> dict[str, Bounds]:
        """Return the owner's bounds by field.

        A longest time holds for the check too: whoever looks once a year stops nothing either.
        One that is longer than any server lives is none.
        """
        bounds: dict[str, Bounds] = {}
        for part, kind in (("kernels", "kernel"), ("terminals", "terminal"), ("server", "server")):
            lowest: int | None = getattr(self, f"{kind}_idle_timeout_min")
            highest: int | None = getattr(self, f"{kind}_idle_timeout_max")
            if lowest is not None and highest is not None and lowest > highest:
                log.warning(
                    "HubAdminLab.%s_idle_timeout_min is above %s_idle_timeout_max and is ignored.",
                    kind,
                    kind,
                )
                lowest = None
            lowest = None if lowest is None else min(lowest, FOREVER)
            highest = None if highest is None or highest > FOREVER else highest
            bounds[f"{part}.idle_timeout"] = Bounds(lowest, highest)
            if part != "server":
                bounds[f"{part}.interval"] = Bounds(None, highest)
        return bounds


def environment_values(environ: Mapping[str, str], log: logging.Logger) -> dict[str, Value]:
    """Return what the environment sets, by field. 0 is off.

    The Hub's ``configure()`` writes it. What it cannot mean is ignored with a warning: a typing
    error there must not keep anybody's server from starting.
    """
    values: dict[str, Value] = {}
    for variable, name in _ENVIRONMENT.items():
        text = environ.get(variable, "").strip()
        if not text:
            continue
        value = _SWITCH_WORDS.get(text.lower()) if name in _SWITCHES else number(text)
        if value is None:
            wanted = "1 or 0" if name in _SWITCHES else "a number of seconds, 0 or more"
            log.warning("%s is ignored: it is %r and should be %s.", variable, text, wanted)
        else:
            values[name] = value
    return values


def number(text: str) -> int | None:
    """Return the number of 0 or more that ``text`` is, or None; no time needs more digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
