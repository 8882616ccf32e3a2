"""The idle rules: what may be set at a level, and what holds for a server.

A rule is set at one of four levels: ``hub``, ``group``, ``user``, ``server``. The most specific
level that sets a field wins. A duration is a number of seconds, or ``"never"``; null is "not set
here". Section 4 of the design has the words.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer, Request, Seconds, SentDatetime, UtcDatetime

Level = Literal["hub", "group", "user", "server"]
Never = Literal["never"]
Duration = Seconds | Never
Reason = Annotated[str, Field(min_length=1, max_length=500)]
LevelName = Annotated[str, Field(max_length=511)]
"""Of a group, of a user, of a server as ``user/server``; empty for the hub. The default server of
``alice`` is ``alice/``."""


class ServerRule(Request):
    """When a server is stopped."""

    idle_timeout: Duration | None = None
    max_age: Duration | None = Field(
        default=None, description="Age at which it is stopped even while it is in use."
    )
    warn_before: Duration | None = Field(
        default=None, description="How long before the end its owner is warned; `never`: not."
    )


class KernelRule(Request):
    """When the kernels of a server are stopped."""

    idle_timeout: Duration | None = None
    interval: Seconds | None = None
    cull_connected: bool | None = None
    cull_busy: bool | None = None


class TerminalRule(Request):
    """When the terminals of a server are stopped."""

    idle_timeout: Duration | None = None
    interval: Seconds | None = None


class OwnerBounds(Request):
    """What the owner of a server may set, and for how long at once keep it, on their own."""

    min: Seconds | None = None
    max: Duration | None = Field(default=None, description="`never`: as long as they like.")


class Exemption(Request):
    """Never stop this, whatever else the rules say, until it ends."""

    reason: Reason
    until: SentDatetime


class Ceilings(Request):
    """The most lenient value that a lower level may set, whoever sets it there; null: any."""

    server: ServerRule = ServerRule()
    kernels: KernelRule = KernelRule()
    terminals: TerminalRule = TerminalRule()
    exempt: Duration | None = Field(
        default=None, description="How far ahead the end of an exemption may be; null: any."
    )
    bounds_max: Duration | None = Field(
        default=None, description="The longest that owners may be allowed; null: any."
    )


class Rule(Request):
    """What is set at one level; a field that is null is not set there."""

    server: ServerRule = ServerRule()
    kernels: KernelRule = KernelRule()
    terminals: TerminalRule = TerminalRule()
    bounds: OwnerBounds = OwnerBounds()
    exempt: Exemption | None = None
    ceilings: Ceilings | None = Field(default=None, description="At the level `hub` only.")


class RuleView(Answer):
    """A rule as it is set, and who set it."""

    level: Level
    name: LevelName
    rule: Rule
    version: int = Field(description="Sent back with a change, which another one may precede.")
    changed_by: str
    changed_at: UtcDatetime
    may_edit: bool = Field(description="The caller may change it.")


class RulesView(Answer):
    """`GET rules`: all rules that the caller may see, the hub's first."""

    defaults: Rule = Field(
        description="What holds where no level sets a field; only bounds may be open."
    )
    rules: list[RuleView]
    as_of: UtcDatetime


class RuleOrigin(Answer):
    """Where a value that holds comes from."""

    level: Level | Literal["default"]
    name: LevelName
    capped: bool = Field(
        default=False, description="It is the hub's ceiling: the level asks for more."
    )


class SecondsValue(Answer):
    """A duration that holds; null is never."""

    value: int | None
    origin: RuleOrigin


class SwitchValue(Answer):
    """A switch that holds."""

    value: bool
    origin: RuleOrigin


class ServerRuleValues(Answer):
    """As `ServerRule`, resolved."""

    idle_timeout: SecondsValue
    max_age: SecondsValue
    warn_before: SecondsValue


class KernelRuleValues(Answer):
    """As `KernelRule`, resolved."""

    idle_timeout: SecondsValue
    interval: SecondsValue
    cull_connected: SwitchValue
    cull_busy: SwitchValue


class TerminalRuleValues(Answer):
    """As `TerminalRule`, resolved."""

    idle_timeout: SecondsValue
    interval: SecondsValue


class BoundsValues(Answer):
    """As `OwnerBounds`, resolved; a `min` or `max` of null is no bound."""

    min: SecondsValue
    max: SecondsValue


class ExemptionValue(Answer):
    """An exemption that holds now."""

    reason: str
    until: UtcDatetime
    origin: RuleOrigin


class EffectiveRules(Answer):
    """What holds for one server, each value with the level that it comes from."""

    server: ServerRuleValues
    kernels: KernelRuleValues
    terminals: TerminalRuleValues
    bounds: BoundsValues
    exempt: ExemptionValue | None
