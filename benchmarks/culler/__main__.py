"""``python -m benchmarks.culler``: measure, and print a table with the ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from benchmarks.culler.measure import PROBES, Pass, measure
from benchmarks.hub.others import Answer, percentile
from benchmarks.hub.seed import Size

ACTIVE = 5  # servers that run, for each that is due


def main() -> None:
    """Measure at each size and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--cull", type=int, nargs="+", default=[100, 400], help="servers to stop, for each of these"
    )
    parser.add_argument("--stop-seconds", type=float, default=0.5)
    parser.add_argument("--json", type=Path, help="where to write every single figure")
    options = parser.parse_args()
    if len(options.users) != len(options.cull):
        parser.error("--users and --cull take as many numbers each")
    if any(ACTIVE * cull > users for users, cull in zip(options.users, options.cull, strict=True)):
        parser.error(f"of {ACTIVE} servers that run one is culled: there are not that many users")
    figures = []
    for users, cull in zip(options.users, options.cull, strict=True):
        size = Size(users, active=ACTIVE * cull, idle=cull)
        with tempfile.TemporaryDirectory() as folder:
            sides = [
                measure(Path(folder) / name, size, options.stop_seconds, ours=ours)
                for name, ours in (("theirs", False), ("ours", True))
            ]
        print(_table(size, options.stop_seconds, *sides), flush=True)
        figures.append({"size": asdict(size), "theirs": asdict(sides[0]), "ours": asdict(sides[1])})
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, default=sorted))


def _table(size: Size, stop_seconds: float, theirs: Pass, ours: Pass) -> str:
    if theirs.culled != ours.culled:
        raise RuntimeError("The two did not stop the same servers.")
    today = datetime.now(timezone.utc).date().isoformat()
    rows = [
        _row("a pass", theirs, ours, lambda one: one.end - one.begin, "s"),
        _row("until the first stop", theirs, ours, lambda one: one.first_stop - one.begin, "s"),
        _row("the stops", theirs, ours, lambda one: one.end - one.first_stop, "s"),
        f"| stops under way at once, at most | {theirs.most} | {ours.most} | |",
        f"| requests to the Hub | {theirs.requests} | {ours.requests} | |",
        _row("CPU of the Hub, beyond the probes'", theirs, ours, lambda one: one.cpu, "s"),
    ]
    for probe in PROBES:
        quiet = _percentiles([*theirs.quiet(probe), *ours.quiet(probe)])
        rows += [
            _answers(f"{probe}: before ({quiet}), in a pass", probe, theirs, ours, "begin"),
            _answers(f"{probe}: while servers stop", probe, theirs, ours, "first_stop"),
        ]
    return "\n".join(
        [
            f"### {size.users:,} users, {size.idle} of {size.active:,} servers to cull,"
            f" {stop_seconds:g} s a stop",
            "",
            f"{today}, JupyterHub {version('jupyterhub')}, Python {platform.python_version()},"
            f" {os.cpu_count()} cores. Answers to others: p50 / p95 / p99; the ratio is p95's.",
            "",
            f"| | jupyterhub-idle-culler {version('jupyterhub-idle-culler')}"
            " | hub service | service / idle-culler |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            f"Both stopped the same {len(ours.culled)} servers: those that were due, no others."
            f" The Hub waited {theirs.no_core:.1f} s and {ours.no_core:.1f} s for a core.",
            "",
        ]
    )


def _row(name: str, theirs: Pass, ours: Pass, of: Callable[[Pass], float], unit: str) -> str:
    ratio = of(ours) / of(theirs) if of(theirs) else float("nan")
    return f"| {name} | {of(theirs):.1f} {unit} | {of(ours):.1f} {unit} | {ratio:.2f} |"


def _answers(name: str, probe: str, theirs: Pass, ours: Pass, since: str) -> str:
    sides = [
        [each for each in side.answers[probe] if each.asked >= getattr(side, since)]
        for side in (theirs, ours)
    ]
    ratio = percentile(sides[1], 0.95) / percentile(sides[0], 0.95)
    return f"| {name} | {' | '.join(map(_percentiles, sides))} | {ratio:.2f} |"


def _percentiles(answers: Iterable[Answer]) -> str:
    found = list(answers)
    return (
        " / ".join(f"{1000 * percentile(found, share):.0f}" for share in (0.5, 0.95, 0.99)) + " ms"
    )


if __name__ == "__main__":
    main()
