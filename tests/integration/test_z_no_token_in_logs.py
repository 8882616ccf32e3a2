"""No token, cookie or password in any log at DEBUG level. The last file: it reads what is left.

Hub, proxy, services and servers of these tests all log into one file, at DEBUG level.
"""

from __future__ import annotations


def test_no_secret_in_any_log(hub):
    log = hub.log()
    for person in hub.people.values():
        hub.secrets.update(person.cookies())
    assert "[D " in log
    assert "ServerApp]" in log
    assert "ConfigProxy]" in log
    known = {secret for secret in hub.secrets if secret}
    assert len(known) > 10
    lines = [line for line in log.splitlines() if any(secret in line for secret in known)]
    assert not lines, lines[:5]
