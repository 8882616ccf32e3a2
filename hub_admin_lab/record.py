"""The record that every action leaves: a jupyter-events event and a line in the server's log.

Rule 8 of the design: who, what, on whom, why, and how it ended, failures included.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_events import EventLogger

EVENT_SCHEMA_ID = "https://events.jupyter.org/hub_admin_lab/action/v1"
EVENT_SCHEMA = Path(__file__).parent / "events" / "action-v1.yaml"
NEWS_SCHEMA_ID = "https://events.jupyter.org/hub_admin_lab/news/v1"
NEWS_SCHEMA = Path(__file__).parent / "events" / "news-v1.yaml"


class ActionRecorder:
    """Writes one record for each action.

    Parameters
    ----------
    events
        The server's event logger; operators listen to it with a handler of their own.
    log
        The server's log.
    """

    def __init__(self, events: EventLogger, log: logging.Logger) -> None:
        self._events = events
        self._log = log
        events.register_event_schema(EVENT_SCHEMA)

    def record(
        self, *, actor: str, action: str, target: str, outcome: str, reason: str = ""
    ) -> None:
        """Record one action.

        Parameters
        ----------
        actor
            Who did it: a user's name, or ``hub_admin_lab`` for what the idle settings did.
        action
            What, such as ``start-server``, ``stop-kernel``, ``change-idle-settings``,
            ``rename-user``.
        target
            On whom or what: ``user``, ``user/server``, a group's name, a kernel's id.
        outcome
            How it ended: ``done``, ``pending``, or ``failed``.
        reason
            Why it was done, what exactly, or why it failed. Never holds a secret.
        """
        line = f"{actor}: {action} {target}: {outcome}" + (f" ({reason})" if reason else "")
        # A name can hold anything: a line break in it does not begin a line of its own.
        self._log.info("%s", "".join(c if c.isprintable() else " " for c in line))
        self._events.emit(
            schema_id=EVENT_SCHEMA_ID,
            data={
                "actor": actor,
                "action": action,
                "target": target,
                "outcome": outcome,
                "reason": reason,
            },
        )


class NewsTeller:
    """Tells the open pages of this server that the hub service told something new.

    They hear of it by the stream of events that every JupyterLab reads anyway, and ask then: a
    page that asked again and again would be activity at the Hub's proxy.
    """

    def __init__(self, events: EventLogger) -> None:
        self._events = events
        events.register_event_schema(NEWS_SCHEMA)

    def tell(self, reason_code: str) -> None:
        """Tell it."""
        self._events.emit(schema_id=NEWS_SCHEMA_ID, data={"reason_code": reason_code})
