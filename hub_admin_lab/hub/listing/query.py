"""What a person types into the search field: text in the name, and a few filter words.

===================  ===========================================================================
``running``          a server of theirs runs, or is about to; or the name holds this text
``stopped``          no server of theirs runs; or the name holds this text
``pending``          a server of theirs is about to run or to stop; or the name holds this text
``admin``            they are an admin; or the name holds this text
``idle:>2h``         a server that runs was last used longer ago, by what the Hub knows of it
``group:class-a``    they are in this group, which is written exactly so
``server:gpu``       a named server whose name holds this text
anything else        the name holds this text
===================  ===========================================================================

A user is found who has a server to which all words apply; a word about the user applies to all of
that user's servers. Text is literal, and small and capital letters are the same. Quotes make text
of anything, and keep its spaces: ``"running"``, ``group:"class a"``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Literal, Protocol

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.idle.words import in_seconds
from hub_admin_lab.models import ServerView, UserView

_LONGEST_IDLE = 10 * 365 * 86400
# Only letters before the colon: user names hold many other characters.
_KEY = re.compile(r"[A-Za-z]+:")
# A word reaches to the next space that is not between quotes; the last quote may be still to come.
_WORD = re.compile(r'(?:"[^"]*(?:"|$)|[^\s"])+')
# For each key a word that is understood.
_EXAMPLES = {"idle": "idle:>2h", "group": "group:class-a", "server": "server:gpu"}


class Word(Protocol):
    """One word of a query."""

    def applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        """Return whether it applies to a server of a user."""


@dataclass(frozen=True)
class Text:
    """The name of the user holds this."""

    text: str

    def applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        """Return whether the user's name holds the text."""
        return self.text.casefold() in user.name.casefold()


@dataclass(frozen=True)
class State:
    """`running`, `stopped` or `pending`: a server on its way up or down is both first and last."""

    state: Literal["running", "stopped", "pending"]

    def applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        """Return whether the server runs, or all of the user's are stopped."""
        if self.state in user.name.casefold():
            return True
        if self.state == "running":
            return server.state != "stopped"
        if self.state == "pending":
            return server.state in ("starting", "stopping")
        return all(each.state == "stopped" for each in user.servers)


@dataclass(frozen=True)
class Admin:
    """`admin`."""

    def applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        """Return whether the user is an admin, or called so."""
        return user.admin or "admin" in user.name.casefold()


@dataclass(frozen=True)
class Idle:
    """`idle:>2h`."""

    seconds: int

    def applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        """Return whether the server runs unused; one of which nothing is known is not idle."""
        return (
            server.state == "running"
            and server.last_activity is not None
            and now - server.last_activity > timedelta(seconds=self.seconds)
        )


@dataclass(frozen=True)
class Group:
    """`group:NAME`."""

    name: str

    def applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        """Return whether the user is in the group."""
        return self.name in user.groups


@dataclass(frozen=True)
class ServerName:
    """`server:TEXT`."""

    text: str

    def applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        """Return whether it is a named server that is called so, or shown so."""
        text = self.text.casefold()
        return server.name != "" and (
            text in server.name.casefold() or text in server.display_name.casefold()
        )


_BARE: dict[str, Word] = {
    "running": State("running"),
    "stopped": State("stopped"),
    "pending": State("pending"),
    "admin": Admin(),
}


@dataclass(frozen=True)
class UserQuery:
    """Which users, and which of their servers, a person looks for; without words all of them."""

    words: tuple[Word, ...] = ()

    def matches(self, user: UserView, now: datetime) -> bool:
        """Return whether a user is looked for."""
        return any(self._applies(user, server, now) for server in user.servers)

    def servers(self, user: UserView, now: datetime) -> list[ServerView]:
        """Return the servers that all words apply to, in their order."""
        return [server for server in user.servers if self._applies(user, server, now)]

    def _applies(self, user: UserView, server: ServerView, now: datetime) -> bool:
        return all(word.applies(user, server, now) for word in self.words)


def parse(query: str, *, search: str = "", field: str = "query") -> UserQuery:
    """Return what was typed as something that can be asked.

    Parameters
    ----------
    query
        What was typed.
    search
        Text besides, which is literal as a whole.
    field
        What the request calls ``query``.

    Raises
    ------
    InvalidRequest
        Words are not understood; ``detail`` names each, with one that would be.
    """
    words: list[Word] = [Text(search)] if search else []
    wrong = []
    for typed in _WORD.findall(query):
        word = _word(typed)
        if word is not None:
            words.append(word)
        elif typed.strip('"'):
            wrong.append({"field": field, "word": typed, "hint": _hint(typed)})
    if wrong:
        raise InvalidRequest(_sentence(wrong[0]["word"], wrong[0]["hint"]), wrong)
    return UserQuery(tuple(dict.fromkeys(words)))  # each once


def _word(typed: str) -> Word | None:
    """Return what a word means; None if it means nothing."""
    key = _KEY.match(typed)
    if key is None:
        text = typed.replace('"', "")
        return _BARE.get(typed.lower()) or (Text(text) if text else None)
    value = typed[key.end() :].replace('"', "")
    match key[0].lower():
        case "idle:":
            seconds = in_seconds(value.removeprefix(">"))
            return Idle(seconds) if seconds and seconds <= _LONGEST_IDLE else None
        case "group:" if value:
            return Group(value)
        case "server:" if value:
            return ServerName(value)
    return None


def _hint(typed: str) -> str:
    """Return what may have been meant."""
    name, _, value = typed.partition(":")
    alike = get_close_matches(name.lower(), [*_EXAMPLES, *_BARE], n=1, cutoff=0.7)
    if not alike:
        return '"' + typed.replace('"', "") + '"'
    if alike[0] in _BARE:
        return alike[0]
    corrected = f"{alike[0]}:{value}"
    return corrected if _word(corrected) else _EXAMPLES[alike[0]]


def _sentence(typed: str, hint: str) -> str:
    if hint.startswith('"'):
        return f'"{typed}" is not understood. To look for it in names, put it in quotes: {hint}.'
    return f'"{typed}" is not understood. Try {hint}.'
