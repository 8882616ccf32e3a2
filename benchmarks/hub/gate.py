"""Begins a service of the Hub when it is told to: ``python -m benchmarks.hub.gate FILE PROGRAM``.

Otherwise it begins with its Hub, which then has enough to do by itself. The process becomes the
program once the file is there: to the Hub it is the service that it has started.
"""

from __future__ import annotations

import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

GO = "begin-services"  # that file, in the folder of the hub
EVERY = 0.05  # seconds between two looks for the file


class _NotYet(BaseHTTPRequestHandler):
    """Answers the Hub, which ends its own start where a service does not answer."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def main(file: Path, program: list[str]) -> None:
    """Wait, and become the program."""
    address = urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", ""))
    if address.hostname and address.port:
        with HTTPServer((address.hostname, address.port), _NotYet) as server:
            server.timeout = EVERY
            while not file.exists():
                server.handle_request()
    while not file.exists():
        time.sleep(EVERY)
    os.execv(program[0], program)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
