"""`GET info`: who is looking at whose server, and what they may do."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer


class HubInfo(Answer):
    """The Hub that this server belongs to."""

    version: str | None = Field(description="The Hub's version; null while it does not answer.")
    prefix: str = Field(description="The Hub's base path, such as `/hub/`.")
    host: str = Field(
        description="`https://hub.example.org` on a hub with subdomains, empty on any other."
    )


class HubService(Answer):
    """The hub service that this server was told of."""

    version: str | None = Field(description="Null while it does not answer.")


class Capabilities(Answer):
    """What the visitor may do here at all; each server's `can` says where."""

    list_users: bool
    start_servers: bool
    stop_servers: bool
    manage_users: bool = Field(description="Change users; each user's `may_edit` says whom.")
    add_users: bool
    manage_groups: bool = Field(description="See and change groups.")
    create_groups: bool
    shutdown_hub: bool
    edit_rules: bool = Field(description="Edit idle rules; each rule's `may_edit` says which.")
    edit_this_server: bool = Field(description="Change this server's idle settings.")


class Info(Answer):
    """Who is looking at whose server, and what they may do."""

    version: str = Field(description="The version of Hub Admin Lab.")
    visitor: str | None = Field(description="The person looking, as the Hub names them.")
    visitor_is_admin: bool = Field(
        description="The Hub calls the visitor admin, who sees the Hub's own admin page too."
    )
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
    service: HubService | None = Field(description="Null without it.")
    capabilities: Capabilities
