"""Which rules hold for a server, and which level each value comes from."""

from __future__ import annotations

import pytest

from hub_admin_lab.idle.rules import DEFAULTS, keys_for, resolve
from hub_admin_lab.models.rules import RuleOrigin

from .idle_cases import DAY, HOUR, NOW, book, exemption, holding, rule


def held(rules, field, **more):
    """The value that holds for `field`, and the level it comes from in short."""
    part, name = field.split(".")
    found = getattr(getattr(holding(rules, **more), part), name)
    origin = found.origin
    short = f"{origin.level} {origin.name}".strip()
    return found.value, f"{short}, capped" if origin.capped else short


def idle(rules, **more):
    return held(rules, "server.idle_timeout", **more)


def test_the_defaults_of_the_design():
    assert idle({}) == (3600, "default")
    assert held({}, "server.max_age") == (None, "default")
    assert held({}, "server.warn_before") == (600, "default")
    assert held({}, "kernels.idle_timeout") == (3600, "default")
    assert held({}, "kernels.interval") == (300, "default")
    assert held({}, "kernels.cull_connected") == (True, "default")
    assert held({}, "kernels.cull_busy") == (False, "default")
    assert held({}, "terminals.idle_timeout") == (None, "default")
    assert held({}, "terminals.interval") == (300, "default")
    assert held({}, "bounds.min") == held({}, "bounds.max") == (None, "default")
    assert holding().exempt is None


def test_the_most_specific_level_that_sets_a_field_wins():
    rules = {}
    for level, seconds in [("hub", 5), ("group_a", 4), ("user_alice", 3), ("server_alice", 2)]:
        rules |= book(**{level: rule(idle_timeout=seconds)})
        origin = level.replace("_", " ") + ("/" if level == "server_alice" else "")
        assert idle(rules) == (seconds, origin)
    # Field by field, and only where the level is that of this server.
    rules = book(hub=rule(idle_timeout=5, max_age=DAY), server_alice=rule(max_age="never"))
    assert idle(rules) == (5, "hub")
    assert held(rules, "server.max_age") == (None, "server alice/")
    assert held(rules, "server.max_age", server="gpu") == (DAY, "hub")
    assert idle(book(user_bob=rule(idle_timeout=5), group_c=rule(idle_timeout=5))) == (
        3600,
        "default",
    )
    assert idle({("server", "alice/gpu"): rule(idle_timeout=5)}, server="gpu") == (
        5,
        "server alice/gpu",
    )


@pytest.mark.parametrize(
    ("field", "strict", "lenient"),
    [
        ("server.idle_timeout", 60, 120),
        ("server.idle_timeout", 60, "never"),
        ("server.max_age", DAY, "never"),
        ("server.warn_before", 60, 120),
        ("server.warn_before", "never", 60),
        ("kernels.idle_timeout", 60, "never"),
        ("kernels.interval", 60, 120),
        ("kernels.cull_connected", True, False),
        ("kernels.cull_busy", True, False),
        ("terminals.idle_timeout", 60, "never"),
        ("terminals.interval", 60, 120),
        ("bounds.min", 120, 60),
        ("bounds.max", 60, 120),
        ("bounds.max", 60, "never"),
    ],
)
def test_between_two_groups_the_more_lenient_value_wins(field, strict, lenient):
    part, name = field.split(".")

    def setting(value):
        return rule(**({name: value} if part == "server" else {part: {name: value}}))

    expected = None if lenient == "never" else lenient
    for one, other in [("a", "b"), ("b", "a")]:
        rules = {("group", one): setting(strict), ("group", other): setting(lenient)}
        assert held(rules, field) == (expected, f"group {other}")
    # A group that says nothing about it is not the more lenient one.
    assert held({("group", "a"): setting(strict), ("group", "b"): rule()}, field)[1] == "group a"
    both = {("group", "b"): setting(lenient), ("group", "a"): setting(lenient)}
    assert held(both, field) == (expected, "group a")


def test_a_user_is_held_to_their_own_even_where_a_group_is_more_lenient():
    assert idle(book(group_a=rule(idle_timeout="never"), user_alice=rule(idle_timeout=60))) == (
        60,
        "user alice",
    )


# --- ceilings -----------------------------------------------------------------------------


def ceilings(hub=None, **most):
    """A hub's rule with ceilings on a server's times."""
    return book(hub=rule(ceilings={"server": most}, **(hub or {})))


@pytest.mark.parametrize("level", ["group_a", "user_alice", "server_alice"])
def test_a_ceiling_caps_every_lower_level(level):
    rules = ceilings(idle_timeout=2 * HOUR)
    origin = level.replace("_", " ") + ("/" if level == "server_alice" else "")
    for asked in (3 * HOUR, "never"):
        assert idle(rules | book(**{level: rule(idle_timeout=asked)})) == (
            2 * HOUR,
            f"{origin}, capped",
        )
    for asked in (2 * HOUR, 60):
        assert idle(rules | book(**{level: rule(idle_timeout=asked)})) == (asked, origin)


def test_a_ceiling_does_not_cap_the_hub_or_the_defaults():
    assert idle(ceilings({"idle_timeout": 3 * HOUR}, idle_timeout=60)) == (3 * HOUR, "hub")
    assert idle(ceilings(idle_timeout=60)) == (HOUR, "default")


def test_where_it_is_stricter_than_the_hub_a_lower_level_may_be_as_lenient_as_the_hub():
    asked = book(user_alice=rule(idle_timeout="never"))
    rules = ceilings({"idle_timeout": 3 * HOUR}, idle_timeout=60) | asked
    assert idle(rules) == (3 * HOUR, "user alice, capped")
    assert idle(ceilings(idle_timeout=60) | asked) == (HOUR, "user alice, capped")
    assert idle(ceilings({"idle_timeout": "never"}, idle_timeout=60) | asked) == (
        None,
        "user alice",
    )
    assert idle(ceilings(idle_timeout="never") | asked) == (None, "user alice")


def test_ceilings_on_switches_and_bounds():
    most = {"kernels": {"cull_connected": True, "cull_busy": True}, "bounds_max": HOUR}
    asked = rule(
        kernels={"cull_connected": False, "cull_busy": False}, bounds={"min": 1, "max": "never"}
    )
    rules = book(hub=rule(ceilings=most), group_a=asked)
    assert held(rules, "kernels.cull_connected") == (True, "group a, capped")
    # By default busy kernels are not stopped: no level needs to be stricter than that.
    assert held(rules, "kernels.cull_busy") == (False, "group a")
    assert held(rules, "bounds.max") == (HOUR, "group a, capped")
    assert held(rules, "bounds.min") == (1, "group a")


# --- exemptions ---------------------------------------------------------------------------


def exempt(rules):
    found = holding(rules).exempt
    return found and (found.reason, found.origin.level)


def test_an_exemption_holds_from_any_level_until_it_ends():
    for level in ("hub", "group_a", "user_alice", "server_alice"):
        assert exempt(book(**{level: rule(exempt=exemption(1, level))}))[0] == level
        assert exempt(book(**{level: rule(exempt=exemption(0))})) is None
    assert exempt(book(user_bob=rule(exempt=exemption()))) is None
    assert exempt(book(hub=rule(exempt=exemption()), server_alice=rule(idle_timeout=60)))


def test_of_several_the_one_holds_that_ends_last():
    rules = book(
        hub=rule(exempt=exemption(30, "hub")),
        group_b=rule(exempt=exemption(60, "b")),
        user_alice=rule(exempt=exemption(50, "alice")),
        server_alice=rule(exempt=exemption(-1, "over")),
    )
    assert exempt(rules) == ("b", "group")
    rules |= book(user_alice=rule(exempt=exemption(60, "alice")))
    assert exempt(rules) == ("alice", "user")  # of equal ones the most specific


def test_a_ceiling_that_came_later_does_not_end_one():
    rules = book(hub=rule(ceilings={"exempt": 60}), user_alice=rule(exempt=exemption(DAY)))
    assert exempt(rules) == ("long training run", "user")


# --- what is looked at --------------------------------------------------------------------


def test_other_defaults_hold_where_nothing_is_set():
    found = resolve({}, user="alice", server="", groups=(), now=NOW, defaults=rule(idle_timeout=60))
    assert found.server.idle_timeout.value == 60
    assert found.server.warn_before.value == DEFAULTS.server.warn_before
    assert found.kernels.interval.origin == RuleOrigin(level="default", name="")


def test_the_rules_of_a_server_the_most_specific_first():
    rules = book(hub=rule(), group_b=rule(), group_a=rule(), user_alice=rule(), server_bob=rule())
    keys = keys_for(rules, user="alice", server="", groups=["b", "a", "b", "c"])
    assert keys == (("user", "alice"), ("group", "a"), ("group", "b"), ("hub", ""))
