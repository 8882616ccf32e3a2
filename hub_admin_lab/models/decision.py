"""What becomes of a server, and why: the answer to "Why?"."""

from __future__ import annotations

from typing import Literal, get_args

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


ReasonCode = Literal[
    "pending",
    "not_ready",
    "clock_skew",
    "exempt",
    "kept",
    "settling",
    "never",
    "no_activity_known",
    "busy",
    "busy_reports_stopped",
    "idle",
    "idle_never_reported",
    "idle_reports_stopped",
    "age",
    "due",
    "due_never_reported",
    "due_reports_stopped",
    "max_age",
    "rules_not_readable",
]
"""What each means is in `hub_admin_lab.idle.reasons`."""


class ReasonFacts(Answer):
    """What the sentence of a reason is made of, for whoever writes it in another language.

    Null or empty: there is no such thing in it.
    """

    which: str = Field(
        default="",
        description="Of a code that stands for several sentences: `spawn`, `stop` (`pending`);"
        " `start`, `activity` (`clock_skew`); `interrupted`, `late`, `unreadable` (`settling`).",
    )
    seconds: int | None = Field(
        default=None,
        description="For how long it was not used, has run, or ran code; how long it still is"
        " exempt or kept.",
    )
    reported: int | None = Field(default=None, description="Seconds since its last report.")
    limit: int | None = Field(
        default=None, description="The seconds that it may be unused, or the age it may have."
    )
    busy_max: int | None = Field(
        default=None, description="For how many seconds a kernel that runs code keeps it at most."
    )
    words: str = Field(default="", description="Why it is exempt; who keeps it.")
    also: list[str] = Field(
        default=[],
        description="What else is said: `busy_too_long`, `busy_unprotected`, `busy_all_the_same`,"
        " `unclear`.",
    )


class DecisionView(Answer):
    """Keep or cull.

    `reason` is a sentence for a person, `reason_code` the same for programs.
    """

    verdict: Literal["keep", "cull"]
    reason_code: str = Field(
        description="One of the examples; a newer version may have others.",
        examples=list(get_args(ReasonCode)),
    )
    reason: str
    facts: ReasonFacts | None = Field(
        default=None, description="What `reason` is made of; an older service does not tell."
    )
    deadline: UtcDatetime | None = Field(
        description="When it is stopped if nothing happens; null: it is not going to be."
    )
    warn_at: UtcDatetime | None = Field(description="When its owner is warned of that.")
    last_activity: UtcDatetime | None
    origin: RuleOrigin | None = Field(description="The level whose rule this is.")
    sources: list[ActivitySource]
