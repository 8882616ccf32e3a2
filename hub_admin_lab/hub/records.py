"""Who may manage, and the record of what they did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hub_admin_lab.errors import HubAdminLabError, NotFound
from hub_admin_lab.hub.actions.asking import Recorder
from hub_admin_lab.hub.connection import Actor

_ABSENT = (
    "This cannot be done from here: it needs configure(c, manage_users=True) in"
    " jupyterhub_config.py, and a role that allows it. The hub's own pages do the same."
)


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
    """Writes down how an action ends.

    Parameters
    ----------
    recorder
        Where each action leaves its record.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def write(self, actor: Actor, action: str, target: str, outcome: str, reason: str = "") -> None:
        """Record one action."""
        self._recorder.record(
            actor=actor.name, action=action, target=target, outcome=outcome, reason=reason
        )

    @contextmanager
    def of(
        self, actor: Actor, action: str, target: str, how: str = "", *, only_failures: bool = False
    ) -> Iterator[None]:
        """Record the action that happens within; ``how`` says more of it than its target."""
        outcome, why = "failed", "Hub Admin Lab was interrupted."
        try:
            yield
            outcome, why = "done", ""
        except HubAdminLabError as error:
            why = error.message
            raise
        finally:
            if outcome == "failed" or not only_failures:
                reason = f"{how}: {why}" if how and why else how or why
                self.write(actor, action, target, outcome, reason)
