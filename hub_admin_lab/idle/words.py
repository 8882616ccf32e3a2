"""Durations as a person writes them."""

from __future__ import annotations

import re

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
# The same as in the panel's own fields: src/format/duration.ts.
_SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
}
_PART = re.compile(r"([0-9]{1,12}(?:[.,][0-9]{1,3})?) ?([a-z]+) ?")


def in_seconds(text: str) -> int | None:
    """Return the seconds of ``2h``, ``90min``, ``1 h 30 min``, ``1.5d``; None for anything else.

    A number without a unit is nothing: it could be hours as well as minutes.
    """
    rest = text.strip().lower()
    seconds = 0.0
    while rest:
        part = _PART.match(rest)
        if part is None or part[2] not in _SECONDS:
            return None
        seconds += float(part[1].replace(",", ".")) * _SECONDS[part[2]]
        rest = rest[part.end() :]
    return round(seconds) or None


def in_words(seconds: int) -> str:
    """Return ``seconds`` exactly, in the largest units that fit: ``1 h 30 min``, ``90 s``."""
    if 60 < seconds < 120:
        return f"{seconds} s"
    parts = []
    rest = seconds
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"


def about(seconds: int) -> str:
    """Return ``seconds`` roughly, for an idle time that nobody needs to the second."""
    if seconds >= 86400:
        return in_words(seconds // 3600 * 3600)
    if seconds >= 120:
        return in_words(seconds // 60 * 60)
    return in_words(seconds)
