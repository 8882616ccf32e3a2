"""What of a search the Hub itself can do. The rest is looked for in what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub_admin_lab.hub.listing.query import Idle, State, Text, UserQuery

StateFilter = Literal["all", "running", "stopped"]
HubState = Literal["active", "inactive", None]

_HUB_STATE: dict[StateFilter, HubState] = {"all": None, "running": "active", "stopped": "inactive"}
# Words about the state of a server that say no more than whether it is among those of a state.
_TOLD = {
    ("running", "running"),
    ("running", "stopped"),
    ("stopped", "running"),
    ("stopped", "stopped"),
    ("pending", "stopped"),
}


@dataclass(frozen=True)
class HubSearch:
    """The arguments of ``HubClient.list_users`` for a search.

    Attributes
    ----------
    exact
        The Hub finds neither more nor less, and counts them. Else it finds more.
    """

    state: HubState = None
    name_filter: str = ""
    exact: bool = True


def hub_search(query: UserQuery, state: StateFilter) -> HubSearch | None:
    """Return what to ask the Hub; None if nobody can match.

    Nobody whom the query means is left out: where the Hub's own search means less, it is not used.
    """
    if any(isinstance(word, Idle) for word in query.words):
        if state == "stopped":
            return None
        state = "running"
    texts = []
    exact = True
    for word in query.words:
        if isinstance(word, Text):
            texts.append(word.text)
        elif isinstance(word, State) and (word.state, state) in _TOLD:
            # Within one state the word says nothing, or is text in the name.
            texts += [word.state] if word.state != state else []
        else:
            exact = False
    # The Hub takes one text: the longest, which finds the fewest.
    longest = max(texts, key=len, default="")
    pattern = _pattern(longest)
    literal = pattern == longest and "_" not in longest and "%" not in longest
    implied = all(text.casefold() in longest.casefold() for text in texts)
    return HubSearch(_HUB_STATE[state], pattern, exact and literal and implied)


def hub_searches(query: UserQuery, state: StateFilter) -> list[HubSearch]:
    """Return what to ask the Hub, one after the other, for the sum of the answers.

    ``running``, ``stopped`` and ``pending`` mean a name too, for which the Hub would have to list
    everybody; one search for each state finds the same, and lists few.
    """
    split = state == "all" and any(isinstance(word, State) for word in query.words)
    states: tuple[StateFilter, ...] = ("running", "stopped") if split else (state,)
    searches = [hub_search(query, each) for each in states]
    return [search for search in searches if search is not None]


def _pattern(text: str) -> str:
    """Return the SQL pattern that finds at least what a literal text does.

    ``_`` and ``%`` match anything, and there is no way to say that they should not. Outside ASCII
    not every database knows which small and capital letters are the same: those match anything.
    """
    return "".join(c if c.isascii() or c.lower() == c.upper() else "%" for c in text)
