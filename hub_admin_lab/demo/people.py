"""Who is on the demo hub, and what each shows."""

from __future__ import annotations

ADMIN = "admin"
ASSISTANT = "assistant"
PASSWORD = "demo"

CLASS_A = ["alice", "bob", "carol", "dmitri", "élodie"]
CLASS_B = ["frank", "grace", "heidi"]
NO_CLASS = ["ivan", "judy", "mallory", "o'brien+x@example.org"]

EVERYBODY = [ADMIN, ASSISTANT, *CLASS_A, *CLASS_B, *NO_CLASS]

SLOW = "carol"
"""Whose server takes a while to start and tells how far it is."""

BROKEN = "frank"
"""Whose server never starts, with a reason."""

BROKEN_REASON = "Timeout waiting for server: no node with a free GPU"

RUNNING: list[tuple[str, str, str]] = [
    ("alice", "", "total = sum(range(1000))"),
    # Silent work that keeps a server alive.
    ("bob", "gpu", "import time\ntime.sleep(12 * 3600)"),
    ("grace", "", ""),
]
"""Servers that run from the start: user, server's name, what a kernel there runs (empty: none)."""
