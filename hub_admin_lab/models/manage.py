"""Users, groups and the hub itself, with `configure(c, manage_users=True)`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, RootModel

from hub_admin_lab.models.base import Answer, JsonObject, Query, Request
from hub_admin_lab.models.users import UserView


class AddUsers(Request):
    """The body of `POST users`."""

    usernames: list[str] = Field(min_length=1, max_length=5000)
    admin: bool = False


class RefusedName(Answer):
    """A name that the Hub did not take, and why."""

    name: str
    message: str


class AddedUsers(Answer):
    """What became of each name; a name that exists already is no failure."""

    created: list[UserView]
    existing: list[str]
    refused: list[RefusedName]


class EditUser(Request):
    """The body of `PATCH users/{user}`; only the fields that were sent count."""

    name: str = Field(default="", min_length=1, max_length=255)
    admin: bool = False


class CreateServer(Request):
    """The body of `PUT users/{user}/servers/{name}`: a named server that is not started."""

    display_name: str | None = Field(default=None, max_length=255)
    user_options: JsonObject | None = None


class EditServer(Request):
    """The body of `PATCH users/{user}/servers/{name}`; only the fields that were sent count."""

    name: str | None = Field(default=None, max_length=255)
    display_name: str | None = Field(default=None, max_length=255)
    user_options: JsonObject | None = None


class GroupView(Answer):
    """A group of the hub."""

    name: str
    users: list[str]
    properties: dict[str, Any]


class GroupPage(Answer):
    """One page of the groups."""

    items: list[GroupView]
    total: int | None
    offset: int
    limit: int
    next: int | None = Field(description="The offset of the next page; null after the last.")


class ListGroupsQuery(Query):
    """The query of `GET groups`; `search` is literal text in the name."""

    search: str = Field(default="", max_length=255)
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=200)


class GroupMembers(Request):
    """The body of `POST` and `DELETE groups/{group}/users`."""

    users: list[Annotated[str, Field(min_length=1, max_length=255)]] = Field(
        min_length=1, max_length=5000
    )


class GroupProperties(RootModel[JsonObject]):
    """The body of `PUT groups/{group}/properties`: the properties themselves."""


class ShutdownHub(Request):
    """The body of `POST shutdown`. What is not sent is left running."""

    servers: bool = False
    proxy: bool = False
