"""Answers in the place of every single-user server: ``python -m benchmarks.hub.stub PORT``."""

from __future__ import annotations

import asyncio
import sys

import jupyterhub
from tornado.web import Application, RequestHandler


class Stub(RequestHandler):
    """Says what the Hub asks of a server before it counts as ready."""

    def get(self) -> None:
        """200 with the header that the Hub looks for."""
        self.set_header("X-JupyterHub-Version", jupyterhub.__version__)
        self.finish("stub")


async def main(port: int) -> None:
    """Answer until the process is ended."""
    Application([(r".*", Stub)]).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
