"""A real PostgreSQL server that the tests start, stop and kill by themselves.

Its programs are those that `HUB_ADMIN_LAB_POSTGRES` names (their folder), or on PATH, or where
Debian puts them.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

_STARTED_WITHIN = 30.0


def programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`, or None."""
    named = os.environ.get("HUB_ADMIN_LAB_POSTGRES")
    found = shutil.which("initdb")
    folders = [
        *([Path(named)] if named else []),
        *([Path(found).resolve().parent] if found else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
    ]
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


class Postgres:
    """A server in a folder of its own, on a Unix socket in that folder and nowhere else."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        self._numbers = itertools.count(1)
        # PostgreSQL runs as anybody but root, who cannot look into pytest's own folders then.
        self._user = "nobody" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="hub-admin-lab-postgres-"))
        self._as = {}
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
            self._as = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen | None = None
        self._run(
            "initdb",
            *("--pgdata", self._data, "--username", "tester", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), *arguments],
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **self._as,
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        with open(self._folder.parent / f"{self._folder.name}.log", "ab") as log:
            self._process = subprocess.Popen(
                [
                    *(str(self._bin / "postgres"), "-D", self._data, "-k", str(self._folder)),
                    *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"),
                    # So that a time zone other than UTC would be seen.
                    *("-c", "timezone=America/St_Johns"),
                ],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                start_new_session=True,  # Ctrl-C is for the tests, which then stop it
                **self._as,
            )
        end = time.monotonic() + _STARTED_WITHIN
        while True:
            try:
                return psycopg2.connect(self._dsn("postgres")).close()
            except psycopg2.OperationalError:
                assert self._process.poll() is None, "PostgreSQL ended by itself"
                assert time.monotonic() < end, "PostgreSQL did not start in time"
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT ends all connections first, SIGQUIT does not."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def remove(self) -> None:
        """End it, and remove all that it made."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder)
        self._folder.with_name(f"{self._folder.name}.log").unlink(missing_ok=True)

    def _dsn(self, database: str) -> str:
        return f"host={self._folder} user=tester dbname={database}"

    def new_database(self) -> str:
        """Create an empty database; return its name."""
        name = f"test_{next(self._numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return name

    def url(self, database: str) -> str:
        """Return a database's URL as SQLAlchemy takes it."""
        return f"postgresql+psycopg2://tester@/{database}?host={self._folder}"

    def execute(self, database: str, statement: str) -> list[tuple]:
        """Do something with a database, past everything that is tested."""
        with contextlib.closing(psycopg2.connect(self._dsn(database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    def end_connections(self, database: str) -> int:
        """End all connections to a database, as an administrator does; return how many."""
        rows = self.execute(
            "postgres",
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE datname = '{database}'",
        )
        return len(rows)
