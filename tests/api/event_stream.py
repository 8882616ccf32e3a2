"""A reader of `GET events` who can stop reading, and go away."""

from __future__ import annotations

import asyncio
import json


class EventReader:
    """A connection on which a stream of events comes."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self.status = 0
        self.headers = {}

    @classmethod
    async def open(cls, port, path, who="admin"):
        """Ask for a stream, as HTTP/1.0: the events come as they are, without chunks."""
        self = cls(*await asyncio.open_connection("127.0.0.1", port))
        lines = [f"GET {path} HTTP/1.0", "Host: localhost", f"Authorization: token {who}-t0ken"]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.status = int((await self._reader.readline()).split()[1])
        while line := (await self._reader.readline()).decode().strip():
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        return self

    async def block(self):
        """Return the next event or comment as lines; empty at the end."""
        lines = []
        while line := (await self._reader.readline()).decode():
            if line == "\n":
                return lines
            lines.append(line.rstrip("\n"))
        return lines

    async def event(self):
        """Return the next event as (id, name, data)."""
        lines = await self.block()
        fields = dict(line.split(": ", 1) for line in lines)
        return int(fields["id"]), fields["event"], json.loads(fields["data"])

    async def rest(self):
        """Return all that comes until the connection ends."""
        try:
            return await self._reader.read()
        except ConnectionResetError:
            return b""

    def close(self):
        """Go away."""
        self._writer.close()
