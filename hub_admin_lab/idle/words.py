"""Durations as a person writes them."""

from __future__ import annotations

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


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
