"""`bulk`: many servers at once."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer, Request, Seconds, UtcDatetime

BulkAction = Literal["start", "stop", "restart"]


class BulkTarget(Request):
    """A server to act on."""

    user: str = Field(min_length=1, max_length=255)
    server: str = Field(default="", max_length=255, description="Empty: the default server.")


class BulkFilter(Request):
    """All servers that match, loaded by the panel or not, and for which the action makes sense.

    `stop` and `restart` mean servers that run, `start` the default servers that are stopped. This
    server is never among them.
    """

    search: str = Field(default="", max_length=255)
    query: str = Field(default="", max_length=1000, description="As in `GET users`.")
    state: Literal["all", "running", "stopped"] = "all"
    spare_used_within: Seconds | None = Field(
        default=None, description="Leave out servers that were used so many seconds ago or less."
    )
    spare_busy: bool = Field(
        default=False,
        description="Leave out servers in which a kernel runs code. The hub service knows; an error"
        " where there is none, or it does not answer.",
    )


class BulkRequest(Request):
    """The body of `POST bulk`: either `targets` or `filter`."""

    action: BulkAction
    targets: list[BulkTarget] | None = Field(default=None, max_length=100_000)
    filter: BulkFilter | None = None


class BulkCandidate(Answer):
    """A server that a bulk would act on."""

    user: str
    server: str
    state: Literal["stopped", "starting", "running", "stopping"]
    last_activity: UtcDatetime | None
    busy: bool = Field(description="A kernel runs code there, as far as is known.")


class BulkPlan(Answer):
    """The answer to `POST bulk?dry_run=1`: what would happen, nothing did."""

    action: BulkAction
    total: int
    targets: list[BulkCandidate] = Field(
        description="The first 1,000: the busy ones, then the most recently used."
    )
    in_use: int = Field(
        description="Of all of them, those that are busy or were used within the last ten minutes."
    )
    busy: int | None = Field(
        description="Of all of them, those in which a kernel runs code, by what the hub service"
        " knows; null where nobody knows, and for a start."
    )


class BulkResult(Answer):
    """How it ended for one server."""

    user: str
    server: str
    ok: bool
    status: int = Field(description="The HTTP status that acting on it alone would have had.")
    message: str = Field(
        description="Why it failed, in the Hub's own words; of a success what is worth a word,"
        " such as that it ran already, else empty."
    )


class BulkProgress(Answer):
    """Event `bulk`, and what `POST bulk` answers: how far it is, without the single results."""

    id: str
    action: BulkAction
    state: Literal["running", "cancelled", "done"]
    total: int
    done: int = Field(description="Servers with an outcome, failures included.")
    failed: int
    started: UtcDatetime
    ended: UtcDatetime | None


class BulkStatus(BulkProgress):
    """The answer of `GET bulk/{id}`."""

    results: list[BulkResult]
