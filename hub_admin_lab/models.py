"""The wire models of Hub Admin Lab's own API.

What the browser sends and gets, and nothing else: the Hub's models are in
``hub_admin_lab.hub.models``. ``python -m hub_admin_lab.schema`` writes the JSON
Schema of everything here, from which ``src/api/types.ts`` is generated.

Times are aware datetimes, sent as ISO 8601 in UTC with a ``Z``. Durations are
seconds. An unknown field in a request is an error, never ignored.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

__all__ = [
    "BoolSetting",
    "Can",
    "Capabilities",
    "Counts",
    "ErrorBody",
    "Failure",
    "HubInfo",
    "IdleSettings",
    "IdleSettingsUpdate",
    "Info",
    "KernelIdleSettings",
    "KernelIdleUpdate",
    "KernelView",
    "ListUsersQuery",
    "ProgressEvent",
    "SecondsSetting",
    "ServerIdleSettings",
    "ServerIdleUpdate",
    "ServerView",
    "StartServer",
    "TerminalIdleSettings",
    "TerminalIdleUpdate",
    "UserPage",
    "UserView",
    "WouldCull",
]


def _utc_z(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


UtcDatetime = Annotated[datetime, PlainSerializer(_utc_z, return_type=str, when_used="json")]
"""An aware datetime, written in UTC with a ``Z``."""

Seconds = Annotated[int, Field(gt=0, le=10 * 365 * 86400)]
"""A duration of at least one second. Off is ``null``, never 0: see ``IdleSettings``."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Query(BaseModel):
    """The arguments behind the `?`, which come as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ErrorBody(_Answer):
    """The body of every answer that is not a success."""

    message: str = Field(description="A sentence for the person, with what to do next.")
    code: str = Field(description="A stable word for programs, such as `hub_unreachable`.")
    detail: Any = Field(default=None, description="More, such as the fields that were wrong.")


# --- info ---------------------------------------------------------------------------------


class HubInfo(_Answer):
    """The Hub that this server belongs to."""

    version: str | None = Field(description="The Hub's version; null while it does not answer.")
    prefix: str = Field(description="The Hub's base path, such as `/hub/`.")
    host: str = Field(
        description="`https://hub.example.org` on a hub with subdomains, empty on any other."
    )


class Capabilities(_Answer):
    """What the visitor may do here at all; each server's `can` says where."""

    list_users: bool
    start_servers: bool
    stop_servers: bool
    manage_users: bool
    edit_rules: bool
    edit_this_server: bool = Field(description="Change this server's idle settings.")


class Info(_Answer):
    """Who is looking at whose server, and what they may do."""

    version: str = Field(description="The version of Hub Admin Lab.")
    visitor: str | None = Field(description="The person looking, as the Hub names them.")
    owner: str | None = Field(description="The person whose server this is; null off a hub.")
    server_name: str = Field(description="This server's name; empty for the default server.")
    at_home: bool = Field(description="The visitor owns this server.")
    hub: HubInfo | None = Field(description="Null when this server does not belong to a hub.")
    setup: Literal["ready", "needed", "none"] = Field(
        description="`ready`: the visitor may list users. `needed`: the Hub calls the visitor"
        " admin, but gave this server no permission to list users. `none`: neither."
    )
    permissions_outdated: bool = Field(
        description="This server was started with permissions that its owner does not hold any"
        " more; they leave it when it restarts."
    )
    service: str | None = Field(description="The version of the hub service, null without it.")
    capabilities: Capabilities


# --- users and servers --------------------------------------------------------------------


class Failure(_Answer):
    """Why the last action on a server failed, in the Hub's own words."""

    message: str
    at: UtcDatetime


class Can(_Answer):
    """What the visitor may do with a server in the state that it is in now."""

    start: bool
    stop: bool
    access: bool
    delete: bool


class ServerView(_Answer):
    """One server of one user."""

    user: str
    name: str = Field(description="Empty for the default server.")
    display_name: str
    state: Literal["stopped", "starting", "running", "stopping"]
    failure: Failure | None
    started: UtcDatetime | None
    last_activity: UtcDatetime | None
    url: str | None = Field(description="Where a browser reaches it; null unless it runs.")
    user_options: dict[str, Any]
    can: Can


class UserView(_Answer):
    """One user and their servers, the default server first."""

    name: str
    admin: bool
    groups: list[str]
    last_activity: UtcDatetime | None
    servers: list[ServerView]


class Counts(_Answer):
    """Totals over everybody whom the visitor may list, whatever the filter; null: not known."""

    users: int | None
    active: int | None = Field(description="Users with a server that runs or is about to.")


class UserPage(_Answer):
    """One page of the list of users."""

    items: list[UserView]
    total: int | None = Field(
        description="How many match. Null while the search holds `_` or `%`, which the Hub"
        " takes for wildcards: what it counts is more than what matches."
    )
    offset: int
    limit: int
    next: int | None = Field(description="The offset of the next page; null after the last.")
    counts: Counts
    as_of: UtcDatetime


class ListUsersQuery(_Query):
    """The query of `GET users`."""

    search: str = Field(default="", max_length=255)
    state: Literal["all", "running", "stopped"] = "all"
    sort: Literal["id", "-id", "name", "-name", "last_activity", "-last_activity"] = "name"
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=200)


class RemoveQuery(_Query):
    """The query of a stop."""

    remove: bool = False


class DryRunQuery(_Query):
    """The query of `PUT idle`."""

    dry_run: bool = False


class Nothing(_Query):
    """What a route takes that takes nothing."""


class StartServer(_Request):
    """The optional body of a start; without options the last ones are used again."""

    user_options: dict[str, Any] | None = None


class ProgressEvent(_Answer):
    """One event of a server that starts, as `data:` of an event stream."""

    progress: int | None = Field(default=None, description="0 to 100; null: not known.")
    message: str = Field(default="", max_length=1000)
    ready: bool = False
    failed: bool = False
    url: str | None = None


# --- this server --------------------------------------------------------------------------


class KernelView(_Answer):
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
    reason_code: str


Source = Literal["config", "saved", "rules"]


class SecondsSetting(_Answer):
    """A duration in seconds with where it came from; `value` null means off."""

    value: int | None
    source: Source
    default: int | None = Field(description="What DELETE goes back to.")
    min: int | None = Field(description="The shortest that the owner may set; null: no bound.")
    max: int | None = Field(
        description="The longest that the owner may set, who then may not turn it off either."
    )


class BoolSetting(_Answer):
    """A switch with where it came from."""

    value: bool
    source: Source
    default: bool


class KernelIdleSettings(_Answer):
    """When idle kernels are stopped."""

    idle_timeout: SecondsSetting
    interval: SecondsSetting
    cull_connected: BoolSetting
    cull_busy: BoolSetting


class TerminalIdleSettings(_Answer):
    """When idle terminals are stopped."""

    idle_timeout: SecondsSetting
    interval: SecondsSetting


class ServerIdleSettings(_Answer):
    """When this server stops itself: nothing used, no kernel, no terminal."""

    idle_timeout: SecondsSetting


class WouldCull(_Answer):
    """What these settings stop at once."""

    kernels: list[str] = Field(description="Kernel ids.")
    terminals: list[str] = Field(description="Terminal names.")


class IdleSettings(_Answer):
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


class KernelIdleUpdate(_Request):
    """The part of `KernelIdleSettings` to change."""

    idle_timeout: Seconds | None = None
    interval: Seconds = 300
    cull_connected: bool = True
    cull_busy: bool = False


class TerminalIdleUpdate(_Request):
    """The part of `TerminalIdleSettings` to change."""

    idle_timeout: Seconds | None = None
    interval: Seconds = 300


class ServerIdleUpdate(_Request):
    """The part of `ServerIdleSettings` to change."""

    idle_timeout: Seconds | None = None


class IdleSettingsUpdate(_Request):
    """The body of `PUT idle`: any subset, as bare values; only the fields that were sent count.

    `model_fields_set` tells a field that was sent as null (off) from one that was not sent.
    """

    kernels: KernelIdleUpdate = KernelIdleUpdate()
    terminals: TerminalIdleUpdate = TerminalIdleUpdate()
    server: ServerIdleUpdate = ServerIdleUpdate()
    protect_running_work: bool = True
