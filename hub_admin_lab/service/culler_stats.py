"""What the culler has done, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class CullerStats:
    """What the culler has done since the service started; read by the metrics.

    Attributes
    ----------
    passes, interrupted
        Passes that came to their end, and that did not.
    last_pass_at, last_pass_seconds
        When the last one ended that came to its end, and how long it took.
    servers, due, kept
        Of that pass: active servers, those to be stopped when it began, and all the others.
    culled, failed
        Servers stopped, and not stopped though that was asked of the Hub.
    """

    passes: int = 0
    interrupted: int = 0
    last_pass_at: datetime | None = None
    last_pass_seconds: float = 0.0
    servers: int = 0
    due: int = 0
    kept: int = 0
    culled: int = 0
    failed: int = 0
