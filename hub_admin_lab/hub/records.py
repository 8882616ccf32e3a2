"""Who may manage, and the record of what people did: here, and in the log of the hub service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from hub_admin_lab.errors import HubAdminLabError, NotFound
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.models.told import PanelAction

_ABSENT = (
    "This cannot be done from here: it needs configure(c, manage_users=True) in"
    " jupyterhub_config.py, and a role that allows it. The hub's own pages do the same."
)


class Recorder(Protocol):
    """Writes the record that each action leaves."""

    def record(
        self, *, actor: str, action: str, target: str, outcome: str, reason: str = ""
    ) -> None:
        """Record one action; see ``hub_admin_lab.record``."""


class Target(NamedTuple):
    """On whom or what something is done.

    Attributes
    ----------
    shown
        As it is shown.
    user, server
        On whom, or on whose server; empty and None where it is nobody's.
    """

    shown: str
    user: str = ""
    server: str | None = None


def on_user(user: str) -> Target:
    """Return the target that is a user."""
    return Target(user, user)


def on_server(user: str, server: str) -> Target:
    """Return the target that is a server; the default one has no name."""
    return Target(f"{user}/{server}" if server else user, user, server)


class Record(NamedTuple):
    """An action as it stands.

    Attributes
    ----------
    outcome
        ``pending``, ``done``, or ``failed``.
    how
        What exactly was done, where action and target do not say it.
    why
        How it ended, where that needs words: why it failed.
    which
        What tells it from another one of that name and target: the id of a bulk.
    """

    action: PanelAction
    target: Target
    outcome: str
    how: str = ""
    why: str = ""
    which: str = ""


class Teller(Protocol):
    """Tells others of the records, too."""

    def tell(self, actor: Actor, record: Record) -> None:
        """Tell of one, at once and without an error."""


def must_hold(actor: Actor, any_of: tuple[str, ...]) -> None:
    """Raise unless the actor holds one of the permissions, for whomever.

    Raises
    ------
    NotFound
        For them there is no such thing here (section 6 of the design).
    """
    if not actor.scopes.anywhere(any_of):
        raise NotFound(_ABSENT)


class Records:
    """Writes down what people do, and how it ends.

    Parameters
    ----------
    recorder
        Where each action leaves its record.
    teller
        Who is told of it besides; None: nobody.
    """

    def __init__(self, recorder: Recorder, teller: Teller | None = None) -> None:
        self._recorder = recorder
        self._teller = teller

    def write(
        self,
        actor: Actor,
        action: PanelAction,
        target: Target,
        outcome: str,
        *,
        how: str = "",
        why: str = "",
        which: str = "",
    ) -> None:
        """Record one action as it stands; see ``Record``."""
        self._recorder.record(
            actor=actor.name,
            action=action,
            target=target.shown,
            outcome=outcome,
            reason=f"{how}: {why}" if how and why else how or why,
        )
        if self._teller is not None:
            self._teller.tell(actor, Record(action, target, outcome, how, why, which))

    @contextmanager
    def of(
        self,
        actor: Actor,
        action: PanelAction,
        target: Target,
        how: str = "",
        *,
        only_failures: bool = False,
        ends_here: bool = False,
    ) -> Iterator[None]:
        """Record the action that happens within; ``how`` says more of it than its target.

        Parameters
        ----------
        ends_here
            It ends this very server: to be broken off is its success.
        """
        outcome, why = "failed", "Hub Admin Lab was interrupted."
        try:
            yield
            outcome, why = "done", ""
        except HubAdminLabError as error:
            why = error.message
            raise
        except asyncio.CancelledError:
            if ends_here:
                outcome, why = "done", "This server ended with it."
            raise
        finally:
            if outcome == "failed" or not only_failures:
                self.write(actor, action, target, outcome, how=how, why=why)
