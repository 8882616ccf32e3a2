"""Durations as people write them."""

from __future__ import annotations

import pytest

from hub_admin_lab.idle.words import in_seconds, in_words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", 7200),
        ("90min", 5400),
        ("90m", 5400),
        ("1d", 86400),
        ("1h30min", 5400),
        ("1 h 30 min", 5400),
        (" 1 H 30 Min ", 5400),
        ("1.5h", 5400),
        ("1,5 hours", 5400),
        ("45 s", 45),
        ("2 days 1 hr", 176400),
    ],
)
def test_a_duration(text, seconds):
    assert in_seconds(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2",
        "h",
        "2x",
        "2h3",
        "-2h",
        "0h",
        "0.1s",
        "2h!",
        "h2",
        "٢h",
        "1e3s",
        "9" * 13 + "s",
    ],
)
def test_anything_else_is_none(text):
    assert in_seconds(text) is None


@pytest.mark.parametrize("seconds", [1, 59, 90, 3600, 5400, 86400, 90061])
def test_what_we_write_can_be_read(seconds):
    assert in_seconds(in_words(seconds)) == seconds
