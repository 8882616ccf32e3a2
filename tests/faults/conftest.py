"""How long it goes on, with which seed, and with which database."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

# The real hub of the integration tests, which are no package.
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

SHORT = 1.0  # minutes
SEED = 4


def pytest_addoption(parser):
    group = parser.getgroup("faults")
    group.addoption("--fault-minutes", type=float, help="How long faults go on; 1 by default.")
    group.addoption(
        "--fault-seed", help=f"Of the plan of faults, {SEED} by default; `random`: another one."
    )
    group.addoption(
        "--fault-database", choices=["postgresql", "sqlite"], help="PostgreSQL by default."
    )


@pytest.fixture
def minutes(request):
    return request.config.getoption("--fault-minutes", default=None) or SHORT


@pytest.fixture
def seed(request):
    given = request.config.getoption("--fault-seed", default=None) or SEED
    return random.randrange(10**6) if given == "random" else int(given)


@pytest.fixture
def database(request, tmp_path):
    """The database of the service, and how it goes away."""
    from tests.service.postgres import programs

    from .outages import PostgresServer, SqliteFile

    kind = request.config.getoption("--fault-database", default=None) or (
        "sqlite" if os.environ.get("HUB_ADMIN_LAB_NO_POSTGRES") == "1" else "postgresql"
    )
    if kind == "sqlite":
        found = SqliteFile(tmp_path / "hub-admin-lab.sqlite")
    else:
        folder = programs()
        assert folder is not None, "No PostgreSQL server here: run scripts/postgres.sh."
        found = PostgresServer(folder)
    yield found
    found.remove()


@pytest.fixture
def say(request, capsys):
    """Print a line, whatever becomes of the test."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")

    def line(text):
        with capsys.disabled():
            reporter.write_line(text)

    return line
