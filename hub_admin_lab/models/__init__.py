"""The wire models of Hub Admin Lab's own API.

What the browser sends and gets, and nothing else: the Hub's models are in
``hub_admin_lab.hub.models``. ``python -m hub_admin_lab.schema`` writes the JSON
Schema of everything here, from which ``src/api/types.ts`` is generated.

Times are aware datetimes, sent as ISO 8601 in UTC with a ``Z``. Durations are
seconds. An unknown field in a request is an error, never ignored.
"""

from __future__ import annotations

from hub_admin_lab.models.base import (
    DryRunQuery,
    ErrorBody,
    Nothing,
    Seconds,
    UtcDatetime,
)
from hub_admin_lab.models.bulk import (
    BulkAction,
    BulkCandidate,
    BulkFilter,
    BulkPlan,
    BulkProgress,
    BulkRequest,
    BulkResult,
    BulkStatus,
    BulkTarget,
)
from hub_admin_lab.models.idle import (
    BoolSetting,
    IdleSettings,
    IdleSettingsUpdate,
    KernelIdleSettings,
    KernelIdleUpdate,
    KernelView,
    SecondsSetting,
    ServerIdleSettings,
    ServerIdleUpdate,
    Source,
    TerminalIdleSettings,
    TerminalIdleUpdate,
    WouldCull,
)
from hub_admin_lab.models.info import (
    Capabilities,
    HubInfo,
    Info,
)
from hub_admin_lab.models.live import (
    LiveFresh,
    LiveHello,
    LiveProgress,
    LiveStale,
    LiveUsers,
    LiveView,
    LiveWindow,
)
from hub_admin_lab.models.manage import (
    AddedUsers,
    AddUsers,
    CreateServer,
    EditServer,
    EditUser,
    GroupMembers,
    GroupPage,
    GroupProperties,
    GroupView,
    ListGroupsQuery,
    RefusedName,
    ShutdownHub,
)
from hub_admin_lab.models.users import (
    Can,
    Counts,
    Failure,
    ListUsersQuery,
    ProgressEvent,
    RemoveQuery,
    ServerView,
    StartServer,
    UserDetails,
    UserPage,
    UserView,
)

__all__ = [
    "AddUsers",
    "AddedUsers",
    "BoolSetting",
    "BulkAction",
    "BulkCandidate",
    "BulkFilter",
    "BulkPlan",
    "BulkProgress",
    "BulkRequest",
    "BulkResult",
    "BulkStatus",
    "BulkTarget",
    "Can",
    "Capabilities",
    "Counts",
    "CreateServer",
    "DryRunQuery",
    "EditServer",
    "EditUser",
    "ErrorBody",
    "Failure",
    "GroupMembers",
    "GroupPage",
    "GroupProperties",
    "GroupView",
    "HubInfo",
    "IdleSettings",
    "IdleSettingsUpdate",
    "Info",
    "KernelIdleSettings",
    "KernelIdleUpdate",
    "KernelView",
    "ListGroupsQuery",
    "ListUsersQuery",
    "LiveFresh",
    "LiveHello",
    "LiveProgress",
    "LiveStale",
    "LiveUsers",
    "LiveView",
    "LiveWindow",
    "Nothing",
    "ProgressEvent",
    "RefusedName",
    "RemoveQuery",
    "Seconds",
    "SecondsSetting",
    "ServerIdleSettings",
    "ServerIdleUpdate",
    "ServerView",
    "ShutdownHub",
    "Source",
    "StartServer",
    "TerminalIdleSettings",
    "TerminalIdleUpdate",
    "UserDetails",
    "UserPage",
    "UserView",
    "UtcDatetime",
    "WouldCull",
]
