"""What the hub service tells those who watch: `POST watch`.

It looks at a page of the Hub once for all whose panels show it. Whoever asks learns on whom
something has changed, and asks the Hub for it with their own token: what they may not see, the
service does not tell them.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer
from hub_admin_lab.models.report import Reported

MOST_PAGES = 16


class WatchedPage(Reported):
    """A page of users, as the Hub's `GET /users` is asked for it."""

    state: Literal["active", "inactive"] | None = None
    name_filter: str = Field(default="", max_length=1000)
    sort: Literal["id", "-id", "name", "-name", "last_activity", "-last_activity"] = "id"
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=200)


class WatchRequest(Reported):
    """The body of `POST watch`: the pages that hold what is in view."""

    pages: list[WatchedPage] = Field(min_length=1, max_length=MOST_PAGES)


class PageMarks(Answer):
    """A page as it was when the Hub was asked for it last."""

    marks: dict[str, str] = Field(
        description="By user: what is another one once something about that user has changed."
    )
    age: float = Field(ge=0, description="Seconds since then.")


class Watched(Answer):
    """The answer."""

    pages: list[PageMarks | None] = Field(
        description="In the order of the request; null: not asked for yet, or too long ago."
    )
    watchers: int = Field(ge=1, description="How many watch at the moment.")
