"""What people did in the panel, told to the hub service's log: `POST audit`.

A server extension tells it with the token of whoever did it, so that nobody can tell it of somebody
else. The service did not see it happen: such an entry is marked as told.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hub_admin_lab.models.report import Reported

MOST_TOLD = 200
"""Actions in one request."""
LONGEST_TOLD = 1000
"""Characters of a text."""
OLDEST_TOLD = 86400.0
"""Seconds: an action that has not ended by then is never told to have ended."""

PanelAction = Literal[
    "start-server",
    "stop-server",
    "restart-server",
    "create-server",
    "rename-server",
    "edit-server",
    "delete-server",
    "bulk-start",
    "bulk-stop",
    "bulk-restart",
    "add-users",
    "rename-user",
    "make-admin",
    "unmake-admin",
    "delete-user",
    "create-group",
    "delete-group",
    "add-members",
    "remove-members",
    "set-group-properties",
    "shutdown-hub",
]
"""What the panel does at the Hub. What the service does itself it is not told of."""

_Name = Annotated[str, Field(max_length=255)]
_Text = Annotated[str, Field(max_length=LONGEST_TOLD)]


class ToldAction(Reported):
    """One action; told again with the same id it is how that one goes on."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$")] = Field(
        description="Made up by whoever tells it, for their own actions."
    )
    action: PanelAction
    user: _Name = Field(default="", description="On whom, or on whose server; empty: on nobody's.")
    server: _Name | None = Field(default=None, description="Null: on no server.")
    target: _Text = Field(description="On whom or what, as it is shown.")
    reason: _Text = ""
    outcome: Literal["pending", "done", "failed"]
    message: _Text = Field(default="", description="How it ended, where that needs words.")
    seconds_ago: float = Field(
        default=0, ge=0, le=OLDEST_TOLD, allow_inf_nan=False, description="Since it began."
    )


class AuditTold(Reported):
    """The body of `POST audit`."""

    entries: list[ToldAction] = Field(min_length=1, max_length=MOST_TOLD)
