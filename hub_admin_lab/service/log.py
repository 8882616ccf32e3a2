"""The log of the service: one JSON object a line, on the standard error.

Never a token, a query of a URL, or the body of a request.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timezone


class JsonFormatter(logging.Formatter):
    """Writes ``{"at", "level", "logger", "message"}``, and ``error`` for a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, timezone.utc)
        line = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up(level: str) -> None:
    """Log everything from ``level`` on, and of the libraries only what is a warning or more."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level="WARNING", handlers=[handler], force=True)
    logging.getLogger("hub_admin_lab").setLevel(level)
    # JupyterHub's client warns at each token that the Hub does not know: anybody could fill the
    # log. We say it with the answer.
    logging.getLogger("tornado.application").setLevel("ERROR")
    logging.captureWarnings(True)
