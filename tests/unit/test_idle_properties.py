"""What holds of idle rules and decisions whatever the servers, reports and rules are."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime, timedelta, timezone
from typing import get_args

from hypothesis import assume, given
from hypothesis import strategies as st

from hub_admin_lab.idle import reasons
from hub_admin_lab.idle.decide import decide, keep_until_most
from hub_admin_lab.idle.leniency import FIELDS, ceiling_in, leniency, value_in
from hub_admin_lab.idle.rules import HUB, keys_for, problems, resolve
from hub_admin_lab.models.decision import ReasonCode
from hub_admin_lab.models.rules import Exemption, Rule

from .idle_cases import DAY, HOUR, NOW, ago, hub
from .idle_strategies import VALUES, books, cases, exemptions, keeps, rules

CODES = set(re.findall(r"^``(\w+)``", reasons.__doc__, re.MULTILINE))
EVER = datetime.max.replace(tzinfo=timezone.utc)


def test_the_schema_names_every_code():
    assert {*CODES, "rules_not_readable"} == set(get_args(ReasonCode))


def resolved(book, facts):
    return resolve(book, user=facts.user, server=facts.server, groups=facts.groups, now=NOW)


def decided(book, case, now=NOW):
    return decide(**case, rules=resolved(book, case["hub"]), now=now)


def setting(rule, field, value):
    """`rule` with another value of one field."""
    part, name = field.split(".")
    return rule.model_copy(update={part: getattr(rule, part).model_copy(update={name: value})})


def value_held(holds, field):
    """What holds for a field, in the words of a rule; None: no bound."""
    part, name = field.split(".")
    found = getattr(getattr(holds, part), name)
    if found.value is not None:
        return found.value
    return None if part == "bounds" and found.origin.level == "default" else "never"


@st.composite
def more_lenient(draw, book):
    """`book` with one change for the better of those whom it concerns."""
    key = draw(st.sampled_from(sorted(book)))
    rule = book[key]
    if draw(st.booleans()):
        before = rule.exempt
        longer = draw(exemptions)
        assume(before is None or longer.until >= before.until)
        return {**book, key: rule.model_copy(update={"exempt": longer})}
    if rule.ceilings is not None and draw(st.booleans()):
        field = draw(st.sampled_from(FIELDS))
        most = ceiling_in(rule.ceilings, field)
        assume(most is not None and field != "bounds.max")
        part, name = field.split(".")
        value = draw(st.none() | VALUES[part][name])
        assume(value is None or leniency(field, value) >= leniency(field, most))
        ceilings = setting(rule.ceilings, field, value)
        return {**book, key: rule.model_copy(update={"ceilings": ceilings})}
    set_here = [field for field in FIELDS if value_in(rule, field) is not None]
    assume(set_here)
    field = draw(st.sampled_from(set_here))
    part, name = field.split(".")
    value = draw(VALUES[part][name])
    assume(leniency(field, value) >= leniency(field, value_in(rule, field)))
    return {**book, key: setting(rule, field, value)}


@given(books.filter(bool), cases, st.data())
def test_a_more_lenient_change_never_stops_more_and_never_sooner(book, case, data):
    changed = data.draw(more_lenient(book))
    before, after = decided(book, case), decided(changed, case)
    assert (before.verdict, after.verdict) != ("keep", "cull")
    assert (after.deadline or EVER) >= (before.deadline or EVER)
    held, holds = resolved(book, case["hub"]), resolved(changed, case["hub"])
    for field in FIELDS:
        value, then = value_held(held, field), value_held(holds, field)
        assert (value is None) == (then is None)
        assert value is None or leniency(field, then) >= leniency(field, value)


@given(books, cases, keeps)
def test_who_keeps_a_server_never_stops_it_sooner(book, case, keep):
    before, after = decided(book, case | {"kept": None}), decided(book, case | {"kept": keep})
    assert (after.deadline or EVER) >= (before.deadline or EVER)
    if keep.until > NOW:
        assert after.verdict == "keep"


@given(books, cases, st.sampled_from(["hub", "group", "user", "server"]))
def test_an_exempt_server_is_never_stopped(book, case, level):
    facts = case["hub"]
    assume(level != "group" or facts.groups)
    name = {
        "hub": "",
        "group": min(facts.groups, default=""),
        "user": facts.user,
        "server": f"{facts.user}/{facts.server}",
    }[level]
    exempt = Exemption(reason="exam", until=ago(-1))
    rule = book.get((level, name), Rule()).model_copy(update={"exempt": exempt})
    assert decided({**book, (level, name): rule}, case).verdict == "keep"


@given(books, cases, st.sampled_from(["spawn", "stop", "check"]))
def test_what_is_not_known_never_stops_a_server(book, case, pending):
    facts = case["hub"]

    def verdict(report=case["report"], **unknown):
        changed = dataclasses.replace(facts, **unknown)
        return decided(book, case | {"hub": changed, "report": report}).verdict

    assert verdict(pending=pending) == "keep"
    assert verdict(ready=False) == "keep"
    assert verdict(started=ago(-61)) == "keep"
    assert verdict(report=None, started=None, last_activity=None) == "keep"
    assert verdict(started=None, last_activity=ago(-61)) == "keep"


@given(books, cases)
def test_a_server_whose_reports_may_be_on_their_way_is_kept(book, case):
    decision = decided(book, case | {"settled_at": ago(-1)})
    assert case["report"] is None or decision.verdict == "keep"


@given(books, cases, st.randoms(use_true_random=False))
def test_levels_resolve_the_same_in_any_order(book, case, shuffle):
    facts = case["hub"]
    groups, keys = sorted(facts.groups), list(book)
    shuffle.shuffle(groups)
    shuffle.shuffle(keys)
    other = resolve(
        {key: book[key] for key in keys},
        user=facts.user,
        server=facts.server,
        groups=groups * 2,
        now=NOW,
    )
    assert other == resolved(book, facts)


@given(books, cases)
def test_only_rules_of_the_server_itself_concern_it(book, case):
    facts = case["hub"]
    keys = keys_for(book, user=facts.user, server=facts.server, groups=facts.groups)
    assert resolved({key: book[key] for key in keys}, facts) == resolved(book, facts)


@given(books, cases)
def test_every_decision_is_whole(book, case):
    decision = decided(book, case)
    assert decision.reason_code in CODES
    assert (decision.verdict == "cull") == (
        decision.deadline is not None and decision.deadline <= NOW
    )
    assert (decision.warn_at or NOW.min.replace(tzinfo=NOW.tzinfo)) <= (decision.deadline or EVER)
    assert decision.reason.endswith((".", "!", "?"))
    assert type(decision).model_validate_json(decision.model_dump_json()) == decision


@given(books, cases, st.sampled_from([0, 60, HOUR]))
def test_a_server_that_stays_is_stopped_at_its_deadline_if_nothing_happens(book, case, used):
    facts, report = case["hub"], case["report"]
    facts = dataclasses.replace(
        facts, ready=True, pending=None, started=ago(DAY), last_activity=ago(used)
    )
    if report is not None:  # which comes on as it is: reports that stop are another case
        report = dataclasses.replace(report, at=ago(10), next_expected=ago(-100 * 365 * DAY))
    case |= {"hub": facts, "report": report}
    decision = decided(book, case)
    assume(decision.verdict == "keep" and decision.deadline is not None)
    assert decided(book, case, decision.deadline).verdict == "cull"
    just_before = decision.deadline - timedelta(microseconds=1)
    assert decided(book, case, just_before).verdict == "keep"


@given(books, cases)
def test_what_the_owner_may_ask_for_lies_ahead(book, case):
    facts, kept = case["hub"], case["kept"]
    most = keep_until_most(facts, kept, resolved(book, facts), NOW)
    assert most is None or most > NOW
    assert kept is None or kept.until <= NOW or most >= kept.until


@given(books, st.data())
def test_what_is_wrong_with_a_rule_is_said_of_its_own_fields(book, data):
    key = data.draw(st.sampled_from([HUB, ("group", "a"), ("user", "alice"), ("server", "alice/")]))
    draft = data.draw(rules(hub=key == HUB))
    for field, sentence in problems(draft, key, book, NOW).items():
        part, _, name = field.partition(".")
        assert getattr(getattr(draft, part), name) is not None
        assert sentence.endswith(".")


@given(books, st.data())
def test_a_rule_within_the_ceilings_holds_as_it_is(book, data):
    draft = data.draw(rules())
    assume(not problems(draft, ("server", "alice/"), book, NOW))
    holds = resolved({**book, ("server", "alice/"): draft}, hub())
    for field in FIELDS:
        assert value_in(draft, field) in (None, value_held(holds, field))
