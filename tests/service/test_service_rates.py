"""How often something may be done."""

from __future__ import annotations

from hub_admin_lab.service.rates import Bucket, Buckets, Turns


class Seconds:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_bucket_gives_what_is_in_it_and_what_comes_back():
    clock = Seconds()
    bucket = Bucket(2, 3, clock)
    assert [bucket.take() for _ in range(3)] == [0, 0, 0]
    assert bucket.take() == 0.5
    clock.now += 0.25
    assert bucket.take() == 0.25  # who comes too early makes it no later
    clock.now += 0.25
    assert bucket.take() == 0
    clock.now += 3600
    assert [bucket.take() == 0 for _ in range(4)] == [True, True, True, False]


def test_a_bucket_gives_as_much_as_is_asked_for_or_nothing():
    clock = Seconds()
    buckets = Buckets(5, 1000, clock=clock)
    assert [buckets.take("a", 400) for _ in range(3)] == [0, 0, 40]
    assert buckets.take("a", 200) == 0
    assert buckets.take("a", 200) == 40
    clock.now += 40
    assert buckets.take("a", 200) == 0


def test_each_has_its_own_and_the_longest_unseen_is_forgotten():
    buckets = Buckets(1, 1, most=2, clock=Seconds())
    assert buckets.take("a") == buckets.take("b") == 0
    assert buckets.take("a") == buckets.take("b") == 1
    assert buckets.take("a") == 1
    assert buckets.take("c") == 0  # forgets b
    assert buckets.take("a") == 1
    assert buckets.take("b") == 0


def test_turns_are_so_far_apart_and_nobody_waits_for_ever():
    clock = Seconds()
    turns = Turns(10, longest=1, clock=clock)
    waits = [turns.next() for _ in range(11)]
    assert [round(wait, 6) for wait in waits[:3]] == [0.1, 0.2, 0.3]
    assert max(waits) <= 1
    assert min(waits) == 0  # begun anew
    clock.now += 60
    assert turns.next() == 0
