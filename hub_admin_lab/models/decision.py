"""What becomes of a server, and why: the answer to "Why?"."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hub_admin_lab.models.base import Answer, UtcDatetime
from hub_admin_lab.models.rules import RuleOrigin

SourceKind = Literal[
    "kernel", "busy_kernel", "terminal", "presence", "work", "extension", "tab", "hub", "report"
]


class ActivitySource(Answer):
    """Something that was looked at, and when it was last active."""

    kind: SourceKind
    name: str = Field(
        default="",
        description="Of a kernel its notebook, else its id; of `extension` who granted it; of"
        " `tab` how many are open.",
    )
    at: UtcDatetime | None = Field(
        description="Null: never, or not known. Of `extension` its end, of `report` when it came."
    )
    counts: bool = Field(default=True, description="It counts as activity.")


class DecisionView(Answer):
    """Keep or cull.

    `reason` is a sentence for a person, `reason_code` the same for programs.
    """

    verdict: Literal["keep", "cull"]
    reason_code: str
    reason: str
    deadline: UtcDatetime | None = Field(
        description="When it is stopped if nothing happens; null: it is not going to be."
    )
    warn_at: UtcDatetime | None = Field(description="When its owner is warned of that.")
    last_activity: UtcDatetime | None
    origin: RuleOrigin | None = Field(description="The level whose rule this is.")
    sources: list[ActivitySource]
