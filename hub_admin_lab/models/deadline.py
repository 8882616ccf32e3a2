"""What the hub service last told this server about itself, and what the page tells in return."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hub_admin_lab.models.base import Answer, Request, UtcDatetime
from hub_admin_lab.models.decision import DecisionView
from hub_admin_lab.models.report import NoticeView


class ServerDeadline(Answer):
    """`GET deadline`: what becomes of this server, as the hub service last told.

    Where there is no such service, or it has not told anything yet, all of it is null.
    """

    now: UtcDatetime | None = Field(
        description="The service's clock, by which all other times here are."
    )
    told_seconds_ago: float | None
    current: bool = Field(description="The service answers; else what it told last holds.")
    decision: DecisionView | None
    idle_timeout: int | None = Field(
        description="Seconds without use after which the rules end it; null: never, or not told."
    )
    keep_until_most: UtcDatetime | None = Field(
        description="Until when the owner may keep it at most, had it been asked for when it was"
        " told; null: not at all."
    )
    notices: list[NoticeView]


class PresenceTold(Request):
    """The body of `POST presence`: somebody typed or clicked in a page since it last told."""

    page: Annotated[str, Field(max_length=64)] = Field(
        default="", description="A name that the page made up, so that pages can be counted."
    )
