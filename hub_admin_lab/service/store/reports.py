"""The last report of each server, so that a service that starts again does not guess."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import and_, delete, or_, select

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.idle.activity import Report
from hub_admin_lab.service.store import unread
from hub_admin_lab.service.store.database import Transaction
from hub_admin_lab.service.store.tables import NAME
from hub_admin_lab.service.store.texts import name, plain
from hub_admin_lab.service.store.upsert import put

Key = tuple[str, str]

_log = logging.getLogger(__name__)
_REPORT = TypeAdapter(Report)
_KEYS_AT_A_TIME = 200


def every(tx: Transaction) -> tuple[dict[Key, Report], list[Key]]:
    """Return all reports, by user and server, and whose could not be read."""
    found: dict[Key, Report] = {}
    unreadable: list[Key] = []
    for row in tx.connection.execute(select(tx.tables.reports)):
        try:
            found[row.user_name, row.server_name] = _aware(
                _REPORT.validate_json(row.report, strict=True)
            )
        except (ValidationError, ValueError) as error:
            unread.tell(f"report of {row.user_name}/{row.server_name}", error)
            unreadable.append((row.user_name, row.server_name))
    return found, unreadable


def save(tx: Transaction, reports: Mapping[Key, Report]) -> None:
    """Store these reports, each in the place of the last one of its server."""
    rows = []
    for (user, server), report in reports.items():
        try:
            names = {"user_name": name(user, NAME), "server_name": name(server, NAME)}
        except InvalidRequest as error:
            # One server with a bad name does not cost all others their reports.
            unread.tell(f"report of {plain(user, NAME)}/{plain(server, NAME)}", ValueError(error))
            continue
        rows.append({**names, "report": _REPORT.dump_json(report).decode()})
    put(tx.connection, tx.tables.reports, rows)


def refused(key: Key, error: Exception) -> None:
    """Log that the database did not take a report; never what is in it."""
    server = "/".join(plain(part, NAME) for part in key)
    printable = "".join(c if c.isprintable() else " " for c in server)
    _log.warning("The report of %s cannot be stored: %s.", printable, type(error).__name__)


def forget(tx: Transaction, keys: Iterable[Key]) -> None:
    """Delete the reports of these servers."""
    reports = tx.tables.reports
    for some in _in_parts(sorted(keys)):
        tx.connection.execute(
            delete(reports).where(
                or_(
                    *(
                        and_(
                            reports.c.user_name == plain(user, NAME),
                            reports.c.server_name == plain(server, NAME),
                        )
                        for user, server in some
                    )
                )
            )
        )


def _in_parts(keys: list[Key]) -> Iterator[list[Key]]:
    rest = iter(keys)
    while some := list(islice(rest, _KEYS_AT_A_TIME)):
        yield some


def _aware(report: Report) -> Report:
    """Return ``report``; ValueError if one of its times has no zone."""
    moments: list[datetime | None] = [
        report.at,
        report.next_expected,
        report.presence,
        report.work,
        *(
            moment
            for kernel in report.kernels
            for moment in (kernel.last_activity, kernel.busy_since)
        ),
        *(terminal.last_activity for terminal in report.terminals),
    ]
    if any(moment is not None and moment.utcoffset() is None for moment in moments):
        raise ValueError("a time without its zone")
    return report
