"""Rows that this version cannot read: a newer one wrote them, or somebody by hand.

They are left alone, and told of in the log.
"""

from __future__ import annotations

import logging

from pydantic import ValidationError

_log = logging.getLogger(__name__)


def tell(what: str, error: ValidationError | ValueError) -> None:
    """Log that a row is skipped, and which fields are to blame; never what is in them."""
    fields = "it is no text of that form"
    if isinstance(error, ValidationError):
        fields = ", ".join(
            dict.fromkeys(
                ".".join(map(str, each["loc"])) or each["type"] for each in error.errors()
            )
        )
    line = f"{what[:600]} ({fields[:600]})"
    _log.warning(
        "Skipped a row that this version cannot read: %s",
        "".join(c if c.isprintable() else " " for c in line),
    )
