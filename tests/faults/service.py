"""The hub service itself, in a hurry: ``python -m tests.faults.service``, started by the Hub."""

from __future__ import annotations

import os

from hub_admin_lab.service.__main__ import main

from .hurry import hurry

PID_FILE = "HUB_ADMIN_LAB_TEST_PID_FILE"
"""The variable that names the file of the processes, the last one last."""

if __name__ == "__main__":
    hurry("hub_admin_lab.service")
    with open(os.environ[PID_FILE], "a") as file:
        file.write(f"{os.getpid()}\n")  # whom to kill
    main()
