"""Reading and adding to a traitlets config while its file is being read.

A value in ``c`` may be there, absent, or *lazy*: ``c.JupyterHub.services.append(…)`` leaves a note
to append to whatever an earlier file set. And ``c`` may be that of a file which another one loads
with ``load_subconfig`` (The Littlest JupyterHub and Zero to JupyterHub do so), merged into the
other only afterwards. What is read here takes both into account, and what is written overrides
nothing that was there.

traitlets' own hooks for such a merge, ``LazyConfigValue.merge_into`` and ``get_value``, see one
value each, and never a section that only the outer file has: they cannot tell that it runs a
culler, or that ``c.KubeSpawner`` hides what ``c.Spawner`` is given.
"""

from __future__ import annotations

import copy
import logging
import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any, Union

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

# In quotes: Python 3.10 cannot subscript an adapter.
Log = Union["logging.Logger", "logging.LoggerAdapter[Any]"]


class Sections:
    """One config as an operator left it, with those of the files that load it.

    Parameters
    ----------
    c
        The ``c`` of the config file.
    outer
        Those of the files that load it, the outermost first: see ``outer_configs``.
    """

    def __init__(self, c: Config, outer: Iterable[Config] = ()) -> None:
        self._c = c
        self._all = [*outer, c]

    def of_spawners(self, key: str) -> list[str]:
        """Return ``Spawner``, and the sections that may hide what is set there for ``key``.

        These are all that set it, whatever their names: those of a spawner's parent classes hide
        it too, and can be named anything.
        """
        found = {name for c in self._all for name in c if _is_set(c, name, key)}
        return ["Spawner", *sorted(found - {"Spawner"})]

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

    def drop_items(self, section: str, key: str, names: Iterable[str]) -> None:
        """Take some items out of a dictionary, if this file put them there."""
        if not _is_set(self._c, section, key):
            return
        found = self._c[section][key]
        if isinstance(found, LazyConfigValue):
            for name in names:
                (found._update or {}).pop(name, None)
        else:
            left = {name: value for name, value in found.items() if name not in set(names)}
            self._c[section][key] = left

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
    # A name in small letters is no section: `c.x = 1` is a slip that traitlets lets pass.
    if not isinstance(c.get(section), Config) or key not in c[section]:
        return False
    value = c[section][key]
    # Only to look at `c.X.y` creates a lazy value that adds nothing.
    return not isinstance(value, LazyConfigValue) or bool(value.to_dict())


def outer_configs(log: Log) -> list[Config]:
    """Return the configs of the files that are loading the one that runs, the outermost first.

    traitlets gives that one no way to ask, so this looks who called: each file that loads another
    has its loader's ``load_subconfig`` on the stack.
    """
    found: list[Config] = []
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "load_subconfig":
            config = getattr(frame.f_locals.get("self"), "config", None)
            if not isinstance(config, Config):
                log.error(
                    "Hub Admin Lab: what the file sets that loads this one is NOT taken into "
                    "account, because this version of traitlets does not show it: call "
                    "configure(c) in that file."
                )
                break
            found.append(config)
        frame = frame.f_back
    return found[::-1]
