"""Reading and adding to a traitlets config while its file is being read.

A value in ``c`` may be there, absent, or *lazy*: ``c.JupyterHub.services.append(…)`` leaves a note
to append to whatever an earlier file set. And ``c`` may be that of a file which another one loads
with ``load_subconfig`` (The Littlest JupyterHub and Zero to JupyterHub do so), merged into the
other only afterwards. What is read here takes both into account, and what is written overrides
nothing that was there.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader


class Sections:
    """One config as an operator left it, with those of the files that load it.

    Parameters
    ----------
    c
        The ``c`` of the config file.
    """

    def __init__(self, c: Config) -> None:
        self._c = c
        self._all = [*_loading(c), c]

    def names(self, suffix: str) -> list[str]:
        """Return the names of the sections that end in ``suffix``."""
        return sorted({name for c in self._all for name in c if name.endswith(suffix)})

    def has(self, section: str, key: str) -> bool:
        """Return whether a value is set, or to be added to, in ``section`` itself."""
        return any(_is_set(c, section, key) for c in self._all)

    def is_lazy(self, section: str, key: str) -> bool:
        """Return whether ``section`` only adds to what a parent section sets."""
        values = [c[section][key] for c in self._all if _is_set(c, section, key)]
        return bool(values) and all(isinstance(value, LazyConfigValue) for value in values)

    def get(self, section: str, key: str, default: Any) -> Any:
        """Return the value as it stands now; ``default`` is also what lazy values add to."""
        value = default
        for c in self._all:
            if _is_set(c, section, key):
                found = c[section][key]
                lazy = isinstance(found, LazyConfigValue)
                # A copy: a lazy value remembers the first answer that it gives.
                value = copy.deepcopy(found).get_value(value) if lazy else found
        return value

    def put(self, section: str, key: str, value: Any) -> None:
        """Set a value."""
        self._c[section][key] = value

    def put_items(self, section: str, key: str, items: dict[str, Any]) -> None:
        """Set some items of a dictionary, the others as they are."""
        found = self._c[section][key]
        if isinstance(found, LazyConfigValue):
            found.update(items)
        else:
            self._c[section][key] = {**found, **items}

    def put_named(self, section: str, key: str, item: dict[str, Any]) -> None:
        """Add a dictionary with a ``name`` to a list, in the place of one of that name."""
        found = self._c[section][key]
        if isinstance(found, LazyConfigValue):
            others = [old for old in found._extend if not is_named(old, item["name"])]
            found._extend = [*others, item]
        else:
            others = [old for old in found if not is_named(old, item["name"])]
            self._c[section][key] = [*others, item]

    def drop_named(self, section: str, key: str, name: str) -> None:
        """Take the dictionary of that name out of a list, if this file put it there."""
        if not _is_set(self._c, section, key):
            return
        found = self._c[section][key]
        if isinstance(found, LazyConfigValue):
            found._extend = [old for old in found._extend if not is_named(old, name)]
        else:
            self._c[section][key] = [old for old in found if not is_named(old, name)]


def is_named(item: Any, name: str) -> bool:
    """Return whether a service or role of a config has this name."""
    return isinstance(item, dict) and item.get("name") == name


def _is_set(c: Config, section: str, key: str) -> bool:
    if section not in c or key not in c[section]:
        return False
    value = c[section][key]
    # Only to look at `c.X.y` creates a lazy value that adds nothing.
    return not isinstance(value, LazyConfigValue) or bool(value.to_dict())


def _loading(c: Config) -> Iterator[Config]:
    """Yield the configs of the files that are loading this one, the outermost first."""
    found: list[Config] = []
    frame = sys._getframe()
    while frame is not None:
        loader = frame.f_locals.get("self")
        if isinstance(loader, PyFileConfigLoader):
            config = loader.config
            if config is not c and not any(config is other for other in found):
                found.append(config)
        frame = frame.f_back  # type: ignore[assignment]
    return reversed(found)
