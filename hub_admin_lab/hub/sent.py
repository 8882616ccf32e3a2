"""What others put into the Hub, such as the options of a start: nothing of it is trusted."""

from __future__ import annotations

from typing import Any

# Far more than anything has that is meant to be read.
MOST_LEVELS = 12
MOST_CHARACTERS = 5_000
MOST_VALUES = 5_000

_CUT = "…"


def fit_to_show(user: dict[str, Any]) -> dict[str, Any]:
    """Return what the Hub sent of a user without what may hold secrets, and not without end."""
    shown = {name: value for name, value in user.items() if name != "auth_state"}
    servers = shown.get("servers")
    if isinstance(servers, dict):
        shown["servers"] = {name: _without_state(server) for name, server in servers.items()}
    cut: dict[str, Any] = _Cutter(MOST_LEVELS, MOST_CHARACTERS, MOST_VALUES).cut(shown)
    return cut


def options_to_show(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a start, or none if they are more than anybody chooses from.

    Not a part of them: a start with that would be another one.
    """
    cut: dict[str, Any] = _Cutter(levels=6, characters=1_000, values=100).cut(options)
    return cut if cut == options else {}


def fit_to_read(answer: Any) -> Any:
    """Return an answer of the Hub without what only some readers of JSON take.

    These are halves of a surrogate pair, and hundreds of levels. Whoever may start a server can
    put them into its options, and must not hide everybody else from the panel by that.
    """
    return _Cutter(levels=50).cut(answer)


def _without_state(server: Any) -> Any:
    """Return a server without what its spawner keeps to itself."""
    if not isinstance(server, dict):
        return server
    return {name: value for name, value in server.items() if name != "state"}


class _Cutter:
    """Cuts off what is too deep, too long or too much; without a limit, only what is too deep."""

    def __init__(
        self, levels: int, characters: int | None = None, values: int | None = None
    ) -> None:
        self._levels = levels
        self._characters = characters
        self._left = values

    def cut(self, value: Any, level: int = 0) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if not isinstance(value, (dict, list)):
            return value
        if level == self._levels:
            return _CUT
        if isinstance(value, list):
            return self._list(value, level)
        return self._dict(value, level)

    def _dict(self, value: dict[str, Any], level: int) -> dict[str, Any]:
        cut = {}
        for name, each in value.items():
            if not self._room():
                cut[_CUT] = _CUT
                break
            cut[self._text(name)] = self.cut(each, level + 1)
        return cut

    def _list(self, value: list[Any], level: int) -> list[Any]:
        cut = []
        for each in value:
            if not self._room():
                cut.append(_CUT)
                break
            cut.append(self.cut(each, level + 1))
        return cut

    def _text(self, text: str) -> str:
        if self._characters is not None and len(text) > self._characters:
            text = text[: self._characters] + _CUT
        return text.encode(errors="replace").decode()

    def _room(self) -> bool:
        if self._left is None:
            return True
        self._left -= 1
        return self._left >= 0
