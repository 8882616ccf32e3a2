"""How long the watcher rests, so that it takes no more than its share of the Hub."""

from __future__ import annotations

import pytest

from hub_admin_lab.hub.live.share import LONGEST, PAID_BACK, SHARE, Share


def test_fifty_times_what_was_asked_is_rested_or_the_least_of_it():
    assert SHARE == 50
    share = Share()
    assert share.rest(0.06, least=2) == pytest.approx(3)
    assert share.rest(0.004, least=2) == 2


def test_an_answer_that_took_long_has_waited_for_others():
    assert Share().rest(20, least=2) == LONGEST


def test_what_was_lent_is_paid_back_in_rests_that_are_hardly_longer():
    share = Share()
    share.lend(0.4)
    rests = []
    while not share.is_even:
        rests.append(share.rest(0.06, least=2))
    assert max(rests) <= 3 + 3 / PAID_BACK
    assert sum(rest - 3 for rest in rests) == pytest.approx(SHARE * 0.4)
    assert share.rest(0.06, least=2) == pytest.approx(3)


def test_what_is_rested_anyway_pays_back_too():
    share = Share()
    share.lend(0.03)
    assert share.rest(0.004, least=2) == 2
    assert share.is_even


def test_no_more_is_lent_than_the_longest_rest():
    share = Share()
    share.lend(20)
    rests = [share.rest(0.06, least=2) for _ in range(100)]
    assert sum(rest - 3 for rest in rests) == pytest.approx(LONGEST)
