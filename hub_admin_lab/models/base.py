"""What all models of the API share: answers, requests, queries, times and errors."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer


def _utc_z(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


UtcDatetime = Annotated[datetime, PlainSerializer(_utc_z, return_type=str, when_used="json")]
"""An aware datetime, written in UTC with a ``Z``."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError("not a time in UTC") from None


SentDatetime = Annotated[
    AwareDatetime,
    AfterValidator(_in_utc),
    PlainSerializer(_utc_z, return_type=str, when_used="json"),
]
"""The same in what we are sent: a time without a zone is an error."""

Seconds = Annotated[int, Field(gt=0, le=10 * 365 * 86400)]
"""A duration of at least one second. Off is ``null``, never 0: see ``IdleSettings``."""


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    json.dumps(value, allow_nan=False)  # pydantic takes NaN and Infinity in JSON, the Hub does not
    return value


JsonObject = Annotated[dict[str, Any], AfterValidator(_as_json)]
"""Any JSON object: options, properties."""


class Answer(BaseModel):
    """What we send."""

    model_config = ConfigDict(frozen=True)


class Request(BaseModel):
    """The JSON body of what we are sent; a field that we do not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Query(BaseModel):
    """The arguments behind the `?`, which come as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ErrorBody(Answer):
    """The body of every answer that is not a success."""

    message: str = Field(description="A sentence for the person, with what to do next.")
    code: str = Field(description="A stable word for programs, such as `hub_unreachable`.")
    detail: Any = Field(default=None, description="More, such as the fields that were wrong.")


class Nothing(Query):
    """What a route takes that takes nothing."""


class DryRunQuery(Query):
    """The query of what can be tried first: `PUT idle`, `POST bulk`."""

    dry_run: bool = False
