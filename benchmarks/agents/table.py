"""The figures of ``benchmarks.agents`` as text."""

from __future__ import annotations

from typing import Any

P99, MEMORY = 250, 500  # milliseconds and megabytes: what is to be kept under
HUB = 0.005  # part of the Hub's thread that knowing the servers may take
BUSY = 0.1  # part of the time for which it had no core
# Handlers of the Hub: who a token is of, and who is active.
_WHOSE, _ACTIVE = "SelfAPIHandler", "UserListAPIHandler"
_PROBES = ("ProbeHandler", "SeenHandler")


def show(figures: dict[str, Any]) -> str:
    """Return the table."""
    looks: dict[str, dict[str, Any]] = figures["looks"]
    bytes_of = next(reversed(looks.values()))
    return "\n".join(
        [
            f"{figures['servers']:,} servers report to one service ({figures['database']}); it, the"
            f" Hub and the sender share {figures['cores']} cores. A report has"
            f" {bytes_of['report_bytes']:,.0f} bytes, an answer {bytes_of['answer_bytes']:,.0f}.",
            "",
            *_answers(looks, figures["servers"]),
            "",
            *_processes(looks),
            "",
            *_hub(looks, figures["alone"]),
        ]
    )


def _answers(looks: dict[str, dict[str, Any]], servers: int) -> list[str]:
    lines = [
        f"{'Answers':28} {'seconds':>8} {'reports':>8} {'/s':>5} {'later':>7} {'none':>6}"
        f" {'p50':>7} {'p95':>7} {'p99':>7} {'most':>7}  ms; p99 under {P99}"
    ]
    for name, look in looks.items():
        statuses, took = look["statuses"], look["answered"]
        lines.append(
            f"{name:28} {look['seconds']:8.0f} {statuses.get('200', 0):8,}"
            f" {statuses.get('200', 0) / look['seconds']:5.0f}"
            f" {sum(n for status, n in statuses.items() if status not in ('0', '200')):7,}"
            f" {statuses.get('0', 0):6,}"
            + "".join(f" {1000 * took.get(key, 0):7.1f}" for key in ("p50", "p95", "p99", "max"))
            + f"  {_kept(1000 * took.get('p99', 0), P99)}"
        )
    lines += [
        f"MISSED: {name}: only {look['servers']:,} of {servers:,} servers had an answer by its end."
        for name, look in looks.items()
        if look["servers"] < servers
    ]
    return lines


def _processes(looks: dict[str, dict[str, Any]]) -> list[str]:
    lines = [
        f"{'Processes':28} {'service':>8} {'no core':>8} {'memory':>8} {'most':>8}"
        f" {'sender':>8} {'late p99':>9}  % of a core, MB, ms; under {MEMORY} MB"
    ]
    lines += [
        f"{name:28} {look['service_cpu']:8.1%} {look['service_no_core']:8.1%}"
        f" {look['memory']:8.0f} {look['most_memory']:8.0f} {look['sender_cpu']:8.1%}"
        f" {1000 * look['late'].get('p99', 0):9.1f}  {_kept(look['most_memory'], MEMORY)}"
        for name, look in looks.items()
    ]
    if any(look["service_no_core"] > BUSY for look in looks.values()):
        lines.append("The service had to wait for a core: its times are those of a busy machine.")
    return lines


def _hub(looks: dict[str, dict[str, Any]], alone: dict[str, float]) -> list[str]:
    before = alone["cpu"] / alone["window"]
    lines = [
        f"{'The Hub':28} {'whose':>8} {'lists':>8} {'others':>8}"
        f" {'CPU':>8} {'more':>8} {'lists':>8}"
        f"  requests; % of a core, more than without the service ({before:.1%}), for the lists",
    ]
    for name, look in looks.items():
        window = look["hub"]["window"]
        whose, lists = (look["hub_work"].get(kind, (0, 0.0)) for kind in (_WHOSE, _ACTIVE))
        others = sum(
            number
            for kind, (number, _) in look["hub_work"].items()
            if kind not in (_WHOSE, _ACTIVE, *_PROBES)
        )
        cpu = look["hub"]["cpu"] / window
        lines.append(
            f"{name:28} {whose[0]:8,} {lists[0]:8,} {others:8,} {cpu:8.1%} {cpu - before:8.1%}"
            f" {lists[1] / window:8.1%}"
        )
    lines.append(
        f"To know whose the tokens are: under {HUB:.1%} at rest. The lists, of who is active, cost"
        " the same whatever is reported, and 2 % at most beside the culler's own."
    )
    return lines


def _kept(value: float, most: float) -> str:
    return "" if value < most else "MISSED"
