"""`GET events`: what changes, told as it happens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer, Request, UtcDatetime
from hub_admin_lab.models.users import Counts, ProgressEvent, UserView


class LiveWindow(Request):
    """A page of users that holds rows in view, as `GET users` was asked for it."""

    search: str = Field(default="", max_length=255)
    query: str = Field(default="", max_length=1000, description="As in `GET users`.")
    state: Literal["all", "running", "stopped"] = "all"
    sort: Literal["id", "-id", "name", "-name", "last_activity", "-last_activity"] = "name"
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=200)


class LiveView(Request):
    """The body of `PUT events/{stream}`: what whoever listens to that stream looks at.

    Nothing in view: nothing is asked of the Hub for this stream.
    """

    users: list[Annotated[str, Field(min_length=1, max_length=255)]] = Field(
        default=[], max_length=400, description="Names of the rows in view."
    )
    windows: list[LiveWindow] = Field(
        default=[], max_length=16, description="The pages in which these users were listed."
    )


class LiveStale(Answer):
    """Event `stale`: the Hub does not answer; what was shown is as old as `as_of`.

    Or it answers, but refuses: then nothing is asked again until the view is told anew.
    """

    message: str
    code: str = Field(description="The error's; `hub_forbidden` where the Hub refuses.")
    as_of: UtcDatetime | None
    retry_at: UtcDatetime


class LiveHello(Answer):
    """Event `hello`, the first of every stream."""

    stream: str = Field(description="The name of this stream, for `PUT events/{stream}`.")
    stale: LiveStale | None = Field(description="The Hub does not answer at the moment.")


class LiveUsers(Answer):
    """Event `users`: people as they are now, whose rows are not (only) about a server."""

    added: list[UserView] = Field(
        default=[], description="Users who became active and are not in view; no row must move."
    )
    changed: list[UserView] = Field(default=[], description="With other groups, servers, …")
    removed: list[str] = Field(default=[], description="Names the Hub does not know any more.")
    counts: Counts | None = None


class LiveProgress(ProgressEvent):
    """Event `progress`: how the start of a server goes on."""

    user: str
    server: str


class LiveFresh(Answer):
    """Event `fresh`: the Hub answers again."""

    as_of: UtcDatetime
