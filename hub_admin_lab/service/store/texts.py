"""Texts and names on their way into the database: what others sent, bounded and storable.

PostgreSQL takes no NUL and no half of a surrogate pair, and each database has its own idea of a
text that is too long: some refuse it, some cut it, SQLite takes it.
"""

from __future__ import annotations

from hub_admin_lab.errors import InvalidRequest

_CUT = "…"


def plain(text: str, most: int) -> str:
    """Return ``text`` with at most ``most`` characters, each of which every database takes."""
    clean = text.replace("\0", "\ufffd").encode(errors="replace").decode()
    return clean if len(clean) <= most else clean[: most - 1] + _CUT


def name(text: str, most: int) -> str:
    """Return ``text``, which is a key: it is stored as it is or not at all.

    Raises
    ------
    InvalidRequest
        It is too long, or holds what no database takes.
    """
    if plain(text, most) != text:
        raise InvalidRequest(f"A name has at most {most} characters, and no NUL among them.")
    return text
