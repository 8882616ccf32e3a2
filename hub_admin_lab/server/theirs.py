"""What is set for jupyter_server's own culling, and how that is put out of action.

jupyter_server decides once whether it culls at all and how often, so its own culling cannot be
changed while it runs (section 5 of the design). Hub Admin Lab reads what is set for it, parks it,
and culls in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from traitlets.config import Configurable

from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.settings import Value


@dataclass(frozen=True)
class Theirs:
    """The value of one of jupyter_server's traits.

    Attributes
    ----------
    explicit
        Somebody set it: in a config file, as an argument, or in code.
    """

    value: Value
    explicit: bool


def read(configurable: Configurable, trait: str) -> Theirs:
    """Return the value of a trait and whether anybody set it.

    Set to what is the default anyway is set too: an operator who writes
    ``cull_idle_timeout = 0`` means it.
    """
    value: Value = getattr(configurable, trait)
    sections = type(configurable).section_names()
    named = any(trait in configurable.config.get(section, {}) for section in sections)
    default = type(configurable).class_traits()[trait].default_value
    return Theirs(value, named or value != default)


def park(manager: Any, timeout_trait: str) -> None:
    """Stop a kernel or terminal manager's own culling, for good.

    A manager whose culling was never armed takes a timeout of 0 for "off". One that was armed
    would take it for "every idle one, now" (rule 7): a sweep of its may still be under way, and
    reads the timeout for each kernel anew.
    """
    callback = manager._culler_callback
    if callback is None:
        setattr(manager, timeout_trait, 0)
        return
    callback.stop()
    manager._culler_callback = None
    setattr(manager, timeout_trait, FOREVER)
