"""One thing that the check has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One line of the answer.

    Attributes
    ----------
    level
        ``ok``; ``note``: works, and could be better or is worth knowing; ``PROBLEM``.
    text
        What is so.
    remedy
        What to do about it.
    """

    level: Literal["ok", "note", "PROBLEM"]
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.level:8} {self.text}" + (f" -> {self.remedy}" if self.remedy else "")
