"""This server's kernels, and when what is idle in it is stopped."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from hub_admin_lab.models.base import Answer, Request, Seconds, UtcDatetime

KernelReasonCode = Literal[
    "off",
    "dead",
    "unknown_state",
    "never",
    "no_activity_known",
    "clock_skew",
    "busy",
    "connected",
    "idle",
    "due",
    "not_adjustable",
]
"""Each stands for one sentence, but for `not_adjustable`: that one names who stops the kernel."""


class KernelView(Answer):
    """One kernel of this server, and what becomes of it."""

    id: str
    name: str = Field(description="The kernelspec's name, such as `python3`.")
    path: str | None = Field(description="The notebook or console that it belongs to.")
    execution_state: str
    last_activity: UtcDatetime | None
    connections: int
    idle_seconds: int | None = Field(description="Since its last activity; null while busy.")
    busy_seconds: int | None = Field(description="Since it became busy; null unless busy.")
    cull_at: UtcDatetime | None = Field(description="Null: it is not going to be culled.")
    reason: str = Field(description="Why it is stopped then, or why it stays: a sentence.")
    reason_code: str = Field(
        description="One of the examples; a newer version may have others.",
        examples=list(get_args(KernelReasonCode)),
    )


Source = Literal["config", "saved", "rules"]


class SecondsSetting(Answer):
    """A duration in seconds with where it came from; `value` null means off."""

    value: int | None
    source: Source
    default: int | None = Field(description="What DELETE goes back to.")
    min: int | None = Field(description="The shortest that the owner may set; null: no bound.")
    max: int | None = Field(
        description="The longest that the owner may set, who then may not turn it off either."
    )


class BoolSetting(Answer):
    """A switch with where it came from."""

    value: bool
    source: Source
    default: bool


class KernelIdleSettings(Answer):
    """When idle kernels are stopped."""

    idle_timeout: SecondsSetting
    interval: SecondsSetting
    cull_connected: BoolSetting
    cull_busy: BoolSetting


class TerminalIdleSettings(Answer):
    """When idle terminals are stopped."""

    idle_timeout: SecondsSetting
    interval: SecondsSetting


class ServerIdleSettings(Answer):
    """When this server stops itself: nothing used, no kernel, no terminal."""

    idle_timeout: SecondsSetting


class WouldCull(Answer):
    """What these settings stop at once."""

    kernels: list[str] = Field(description="Kernel ids.")
    terminals: list[str] = Field(description="Terminal names.")


class IdleSettings(Answer):
    """This server's effective culling settings.

    A `value` of null is off. 0 does not exist: a kernel manager takes a timeout of 0 that it is
    given while it culls for "every idle kernel, now".
    """

    kernels: KernelIdleSettings
    terminals: TerminalIdleSettings
    server: ServerIdleSettings
    protect_running_work: BoolSetting
    not_adjustable: dict[Literal["kernels", "terminals", "server"], str] = Field(
        description="The parts that cannot be set here, each with a sentence that says why."
    )
    would_cull: WouldCull | None = Field(
        default=None, description="In answers to PUT: what the new settings stop at once."
    )


class KernelIdleUpdate(Request):
    """The part of `KernelIdleSettings` to change."""

    idle_timeout: Seconds | None = None
    interval: Seconds = 300
    cull_connected: bool = True
    cull_busy: bool = False


class TerminalIdleUpdate(Request):
    """The part of `TerminalIdleSettings` to change."""

    idle_timeout: Seconds | None = None
    interval: Seconds = 300


class ServerIdleUpdate(Request):
    """The part of `ServerIdleSettings` to change."""

    idle_timeout: Seconds | None = None


class IdleSettingsUpdate(Request):
    """The body of `PUT idle`: any subset, as bare values; only the fields that were sent count.

    `model_fields_set` tells a field that was sent as null (off) from one that was not sent.
    """

    kernels: KernelIdleUpdate = KernelIdleUpdate()
    terminals: TerminalIdleUpdate = TerminalIdleUpdate()
    server: ServerIdleUpdate = ServerIdleUpdate()
    protect_running_work: bool = True
