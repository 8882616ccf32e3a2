"""Until when the owner of a server may keep it."""

from __future__ import annotations

import pytest

from hub_admin_lab.idle.decide import keep_until_most
from hub_admin_lab.idle.decision import FOREVER

from .idle_cases import DAY, HOUR, NOW, ahead, book, holding, hub, kept, rule


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [
        # Without bounds as long as the server may be idle.
        ({}, HOUR),
        (book(hub=rule(idle_timeout=60)), 60),
        (book(hub=rule(idle_timeout="never")), FOREVER),
        (book(hub=rule(bounds={"min": 60})), HOUR),
        (book(hub=rule(bounds={"max": 8 * HOUR})), 8 * HOUR),
        (book(hub=rule(idle_timeout=60, bounds={"max": "never"})), FOREVER),
        # Never beyond the maximum age: the server of `hub()` is two days old.
        (book(hub=rule(max_age=3 * DAY, bounds={"max": "never"})), DAY),
        (book(hub=rule(max_age=2 * DAY + 60)), 60),
        (book(hub=rule(max_age=2 * DAY)), None),
        (book(hub=rule(max_age=DAY, bounds={"max": "never"})), None),
    ],
)
def test_how_long(rules, seconds):
    most = keep_until_most(hub(), None, holding(rules), NOW)
    assert most == (None if seconds is None else ahead(seconds))


def test_of_a_server_without_a_start_the_age_is_no_bound():
    rules = holding(book(hub=rule(max_age=DAY)))
    assert keep_until_most(hub(started=None), None, rules, NOW) == ahead(HOUR)


def test_what_was_granted_stays_granted():
    rules = holding(book(hub=rule(max_age=DAY)))
    assert keep_until_most(hub(), kept(5 * HOUR, "admin"), rules, NOW) == ahead(5 * HOUR)
    assert keep_until_most(hub(), kept(60), holding(), NOW) == ahead(HOUR)
    assert keep_until_most(hub(), kept(-60), rules, NOW) is None
