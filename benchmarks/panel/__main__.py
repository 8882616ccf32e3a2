"""``python -m benchmarks.panel``: measure, and print a table with the ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import jupyterhub

from benchmarks.hub.run import ROOT, BenchHub, bench_hub
from benchmarks.hub.seed import Size

START_DELAY = 2.0  # seconds that a stub server takes to start
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Measure at each size and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--watch", type=int, default=60, help="seconds of an admin who only looks")
    parser.add_argument("--json", type=Path, help="where to write every single figure")
    options = parser.parse_args()
    results = {}
    for users in options.users:
        results[users] = _measure(users, options.rounds, options.watch)
        print(_table(users, results[users]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


def _measure(users: int, rounds: int, watch: int) -> dict[str, Any]:
    size = Size(users, active=max(50, users // 20 if users <= 10_000 else users // 50))
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "hub"
        with bench_hub(state, size, start_delay=START_DELAY) as hub:
            return _in_browser(hub, rounds, watch)


def _in_browser(hub: BenchHub, rounds: int, watch: int) -> dict[str, Any]:
    answer = hub.api("GET", "/users", params={"state": "inactive", "limit": 200})
    stopped = [user["name"] for user in answer.json()]
    chance = random.Random(1)
    chance.shuffle(stopped)
    parameters = {
        "url": hub.url,
        "api": hub.api_url,
        "token": hub.token,
        "password": hub.password,
        "chromium": chromium(),
        "rounds": rounds,
        "relayRounds": 30,
        "watchSeconds": watch,
        "neverAfter": 45_000,
        "parts": [name[:3] for name in stopped[:rounds]],
        "starts": {"page": stopped[:rounds], "panel": stopped[rounds : 2 * rounds]},
    }
    answer_text = subprocess.run(
        ["node", str(Path(__file__).with_name("browser.js")), json.dumps(parameters)],
        env={**os.environ, "NODE_PATH": str(ROOT / "ui-tests" / "node_modules")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    figures: dict[str, Any] = json.loads(answer_text)
    return figures


def chromium() -> str | None:
    """Return the program of the browser; None: Playwright's own."""
    named = os.environ.get("HUB_ADMIN_LAB_CHROMIUM")
    found = [shutil.which(name) for name in ([named] if named else []) + list(BROWSERS)]
    return next((path for path in found if path), None)


def _table(users: int, figures: dict[str, Any]) -> str:
    today = datetime.now(timezone.utc).date().isoformat()
    lines = [
        f"### {users:,} users",
        "",
        f"{today}, JupyterHub {jupyterhub.__version__}, Python {platform.python_version()},"
        f" {os.cpu_count()} cores; median [lowest]. A start takes {START_DELAY:g} s by itself.",
        "",
        "| | admin page | panel | panel / page |",
        "| --- | --- | --- | --- |",
    ]
    for name, sides in figures["found"].items():
        page, panel = _numbers(sides["page"]), _numbers(sides["panel"])
        unit = "kB" if name.startswith("bytes") else "ms"
        label = "page of 50: the Hub's API, and through our relay" if "relay" in name else name
        lines.append(
            f"| {label} | {_cell(page, unit)} | {_cell(panel, unit)} | {_ratio(page, panel)} |"
        )
    watching = figures["watching"]
    base = _share(watching["nothing"])
    by_page, by_lab, by_panel = (_share(watching[side]) - base for side in ("page", "lab", "panel"))
    lines.append(
        f"| Hub's thread used by an admin who looks (nothing open: {base:.2f} %) |"
        f" {by_page:+.2f} % | {by_panel:+.2f} % (JupyterLab without it {by_lab:+.2f} %) | |"
    )
    waited = sum(window["no_core"] for windows in watching.values() for window in windows)
    lines += ["", f"While it was watched the Hub waited {waited:.1f} s for a core.", ""]
    return "\n".join(lines)


def _numbers(values: list[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _cell(values: list[float], unit: str) -> str:
    if not values:
        return "never"
    scale = 1000 if unit == "kB" else 1
    return f"{statistics.median(values) / scale:,.0f} [{min(values) / scale:,.0f}] {unit}"


def _ratio(page: list[float], panel: list[float]) -> str:
    if not page or not panel or not statistics.median(page):
        return ""
    return f"{statistics.median(panel) / statistics.median(page):.2f}"


def _share(windows: list[dict[str, float]]) -> float:
    """Return the percentage of time that the Hub was at work, the median of some windows.

    Once in five minutes the Hub writes down what the proxy saw of all servers, for seconds where
    there are many: the median leaves that out.
    """
    return statistics.median(100 * window["cpu"] / window["window"] for window in windows)


if __name__ == "__main__":
    main()
