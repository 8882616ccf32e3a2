"""The settings that a person saved, in a file that outlives the server."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hub_admin_lab.errors import NotSaved
from hub_admin_lab.idle.settings import Saved

VERSION = 1


class SettingsFile:
    """Reads and writes the saved settings.

    Written whole, to a file beside it that then takes its place: a full disk or a server that
    is killed leaves the old settings, never half of the new ones.

    Attributes
    ----------
    unread
        Why the file could not be read; None if it was, or if there is none. Nobody knows then
        what is saved, so nothing is written over it.
    """

    def __init__(self, path: Path, log: logging.Logger) -> None:
        self.unread: OSError | None = None
        self._path = path
        self._log = log

    def load(self) -> dict[str, Saved]:
        """Return what was saved, by field; nothing if there is no file or it cannot be used.

        One that cannot be read stays where it is, for the next try. One that is damaged, or of a
        later version, is put aside and not lost.
        """
        before, self.unread = self.unread, None
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.unread = error
            if before is None:
                self._log.warning(
                    "The saved settings in %s cannot be read (%s); the configured ones hold until"
                    " they can.",
                    self._path,
                    _reason(error),
                )
            return {}
        # Only where somebody saved something is pydantic loaded for it at the start.
        from hub_admin_lab.server.saved import read_saved

        try:
            return read_saved(content)
        except ValueError as error:  # pydantic's errors, and those of the decoding, are ones too
            return self._put_aside(error)

    def save(self, saved: Mapping[str, Saved]) -> None:
        """Write the settings; readable by this account only.

        Raises
        ------
        NotSaved
            The file cannot be written, or the old one not be read; that is as it was.
        """
        if self.unread is not None:
            raise NotSaved(
                "The settings that were saved before cannot be read, and nothing was changed:"
                f" {_reason(self.unread)}. The log of this server names the file."
            )
        entries = {name: {"value": s.value, "by": s.by} for name, s in sorted(saved.items())}
        text = json.dumps({"version": VERSION, "idle": entries}, indent=1) + "\n"
        temporary = None
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # mkstemp makes it with mode 0600.
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".settings-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except OSError as error:
            if temporary is not None:
                with suppress(OSError):
                    os.unlink(temporary)
            raise _not_saved(error) from error

    def delete(self) -> None:
        """Forget everything that was saved.

        Raises
        ------
        NotSaved
            The file cannot be deleted.
        """
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise _not_saved(error) from error
        self.unread = None

    def _put_aside(self, error: ValueError) -> dict[str, Saved]:
        aside = self._path.with_name(self._path.name + ".unreadable")
        try:
            os.replace(self._path, aside)
            kept = f"It is kept as {aside}."
        except OSError:
            kept = "It is left where it is."
        reason = str(error).splitlines()[0]
        self._log.warning(
            "The saved settings in %s cannot be used (%s); the configured ones hold. %s",
            self._path,
            reason,
            kept,
        )
        return {}


def _not_saved(error: OSError) -> NotSaved:
    return NotSaved(f"The settings cannot be saved, and nothing was changed: {_reason(error)}.")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
