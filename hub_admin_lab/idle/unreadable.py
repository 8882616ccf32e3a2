"""What holds for a server of which a rule is set that cannot be read: nothing there is stopped."""

from __future__ import annotations

from hub_admin_lab.models.rules import (
    BoundsValues,
    EffectiveRules,
    KernelRuleValues,
    RuleOrigin,
    SecondsValue,
    ServerRuleValues,
    SwitchValue,
    TerminalRuleValues,
)


def nothing_stops(rules: EffectiveRules, origin: RuleOrigin) -> EffectiveRules:
    """Return ``rules``, which leave such a rule out, so that they stop nothing.

    It may be more lenient than all others in any field, so every time is "never". The owner's
    bounds are none: what the owner saved is not to be shortened by bounds that may not hold.

    Parameters
    ----------
    origin
        The rule that cannot be read. It shows as where the values come from, so that a server
        takes them for set, and not for what holds where nobody sets anything.
    """
    never = SecondsValue(value=None, origin=origin)
    off = SwitchValue(value=False, origin=origin)
    return EffectiveRules(
        server=ServerRuleValues(
            idle_timeout=never, max_age=never, warn_before=rules.server.warn_before
        ),
        kernels=KernelRuleValues(
            idle_timeout=never,
            interval=rules.kernels.interval,
            cull_connected=off,
            cull_busy=off,
        ),
        terminals=TerminalRuleValues(idle_timeout=never, interval=rules.terminals.interval),
        bounds=BoundsValues(min=never, max=never),
        exempt=rules.exempt,
    )
