"""No token, cookie or password in any log at DEBUG level. The last file: it reads what is left.

Each hub of these tests, its proxy, services and servers all log into one file, at DEBUG level.
"""

from __future__ import annotations


def test_no_secret_in_any_log(hub, hubs):
    for name in ("admin", "assistant", "alice"):
        person = hub.person(name)
        for owner in {name, "alice"} if name != "assistant" else {"assistant"}:
            person.spy(owner)
            person.lab("GET", "info", owner=owner)
            person.lab("GET", "users", owner=owner)
            person.lab("POST", "users/nobody/server", owner=owner)
        hub.secrets.update(person.cookies())
    log = hub.log()
    assert "[D " in log
    assert "ServerApp]" in log
    assert "ConfigProxy]" in log
    known = {secret for secret in hub.secrets if secret}
    # The password, the tests' and the proxy's tokens; a token for each server, one for each
    # visit, and the cookies that hold them.
    assert len(known) >= 3 + 3 + 4 + 4
    known.update(secret for each in hubs for secret in each.secrets if secret)
    lines = [line for each in hubs for line in each.log().splitlines()]
    found = [line for line in lines if any(secret in line for secret in known)]
    assert not found, found[:5]
