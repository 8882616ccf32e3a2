"""What the Hub sends, read leniently: unknown fields are ignored, nearly all may be missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, RootModel


class _FromHub(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class HubServer(_FromHub):
    """One server of a user; with `include_stopped_servers` those that do not run too."""

    name: str = ""
    display_name: str | None = None
    last_activity: datetime | None = None
    started: datetime | None = None
    # `spawn`, `stop`, `check`, `rename`: the Hub's own API description lists fewer.
    pending: str | None = None
    ready: bool = False
    stopped: bool | None = None
    url: str | None = None
    user_options: dict[str, Any] | None = None


class HubUser(_FromHub):
    """One user; what the token may not read is missing."""

    name: str
    admin: bool = False
    groups: list[str] = Field(default_factory=list)
    last_activity: datetime | None = None
    servers: dict[str, HubServer] = Field(default_factory=dict)


class _NextPage(_FromHub):
    offset: int


class _Pagination(_FromHub):
    total: int
    next: _NextPage | None = None


class _Page(_FromHub):
    """The Hub's pagination envelope."""

    pagination: _Pagination = Field(alias="_pagination")

    @property
    def next_offset(self) -> int | None:
        """The offset of the next page, None after the last."""
        return self.pagination.next.offset if self.pagination.next else None


class HubUserPage(_Page):
    """One page of `GET /users`."""

    items: list[HubUser]


class HubUsers(RootModel[list[HubUser]]):
    """The answer of `POST /users`: those who were created."""

    root: list[HubUser] = Field(min_length=1)


class HubToken(_FromHub):
    """The answer of `GET /user`: what the token may do now."""

    scopes: list[str] = Field(default_factory=list)


class HubGroup(_FromHub):
    """One group; what the token may not read is missing."""

    name: str
    users: list[str | None] = Field(default_factory=list)  # a user can lose their name: edit_user
    properties: dict[str, Any] | None = None


class HubGroupPage(_Page):
    """One page of `GET /groups`."""

    items: list[HubGroup]


class HubProgress(_FromHub):
    """One event of a spawn. `html_message` is dropped: what a spawner sends is not trusted."""

    progress: float | None = Field(default=None, allow_inf_nan=False)
    message: str | None = None
    ready: bool = False
    failed: bool = False
    url: str | None = None


class HubVersion(_FromHub):
    """The answer of the API's root."""

    version: str
