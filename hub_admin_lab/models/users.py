"""Users and their servers: lists, starts, stops and how they go on."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer, JsonObject, Query, Request, UtcDatetime


class Failure(Answer):
    """Why the last action on a server failed, in the Hub's own words."""

    message: str
    at: UtcDatetime


class Can(Answer):
    """What the visitor may do with a server in the state that it is in now."""

    start: bool
    stop: bool
    access: bool
    delete: bool


class ServerView(Answer):
    """One server of one user."""

    user: str
    name: str = Field(description="Empty for the default server.")
    display_name: str
    state: Literal["stopped", "starting", "running", "stopping"]
    failure: Failure | None
    started: UtcDatetime | None
    last_activity: UtcDatetime | None
    url: str | None = Field(description="Where a browser reaches it; null unless it runs.")
    user_options: dict[str, Any] = Field(
        description="Those of the last start; empty where they are far too many to show."
    )
    can: Can


class UserView(Answer):
    """One user and their servers, the default server first."""

    name: str
    admin: bool
    groups: list[str]
    last_activity: UtcDatetime | None
    servers: list[ServerView]
    may_start: bool = Field(
        description="The visitor may start servers of this user, new named ones included,"
        " whatever state those that exist are in."
    )
    may_edit: bool = Field(description="The visitor may rename this user, or make them admin.")
    may_delete: bool


class UserDetails(Answer):
    """One user with everything that the Hub sent of them."""

    user: UserView
    sent: dict[str, Any] = Field(
        description="The Hub's own answer, but for what may hold secrets (`auth_state`, a"
        " spawner's `state`)."
    )


class Counts(Answer):
    """Totals over everybody whom the visitor may list, whatever the filter; null: not known."""

    users: int | None
    active: int | None = Field(description="Users with a server that runs or is about to.")


class UserPage(Answer):
    """One page of the list of users."""

    items: list[UserView]
    total: int | None = Field(
        description="How many match. Null where the Hub cannot count them: while the search holds"
        " `_` or `%`, which it takes for wildcards, and for filter words that it does not know,"
        " such as `idle:>2h`. Pages may then be shorter than `limit`, even empty, with a `next`."
    )
    offset: int
    limit: int
    next: int | None = Field(description="The offset of the next page; null after the last.")
    counts: Counts
    as_of: UtcDatetime


class ListUsersQuery(Query):
    """The query of `GET users`.

    `search` is literal text in the name. `query` is what a person types: the same, with filter
    words such as `running`, `idle:>2h`, `group:class-a`; see `hub_admin_lab.hub.listing.query`.
    Both may be given.
    """

    search: str = Field(default="", max_length=255)
    query: str = Field(default="", max_length=1000)
    state: Literal["all", "running", "stopped"] = "all"
    sort: Literal["id", "-id", "name", "-name", "last_activity", "-last_activity"] = "name"
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=200)


class RemoveQuery(Query):
    """The query of a stop."""

    remove: bool = False


class StartServer(Request):
    """The optional body of a start; without options the last ones are used again."""

    user_options: JsonObject | None = None


class ProgressEvent(Answer):
    """One event of a server that starts, as `data:` of an event stream."""

    progress: int | None = Field(default=None, description="0 to 100; null: not known.")
    message: str = Field(default="", max_length=1000)
    ready: bool = False
    failed: bool = False
    url: str | None = None
