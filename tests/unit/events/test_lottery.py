"""The order of a draw: repeatable by anybody, and fair."""

from __future__ import annotations

import hashlib
import random

from events.actions.lottery import draw_order

REFERENCES = ["KZ7MTPAH", "B3YQXWVC", "99NDRSFG", "TTAAHHEE", "QWERTYAA"]


def test_a_draw_is_what_the_docs_say_and_anybody_can_repeat() -> None:
    by_hand = sorted(
        (hashlib.sha256(b"abc:" + reference.encode()).hexdigest(), reference)
        for reference in REFERENCES
    )

    assert draw_order("abc", REFERENCES) == [reference for _digest, reference in by_hand]


def test_the_order_in_which_they_came_means_nothing() -> None:
    shuffled = REFERENCES.copy()
    random.Random(4).shuffle(shuffled)
    assert shuffled != REFERENCES

    assert draw_order("abc", shuffled) == draw_order("abc", REFERENCES)


def test_another_seed_is_another_draw() -> None:
    orders = {tuple(draw_order(f"seed {number}", REFERENCES)) for number in range(50)}

    assert len(orders) > 25


def test_everybody_is_drawn_equally_often() -> None:
    # 3000 draws of 2 of 5: 1200 each are expected, with a deviation of 27. Seeds are fixed, so this
    # says the same on every run.
    drawn = dict.fromkeys(REFERENCES, 0)
    for number in range(3000):
        for reference in draw_order(f"seed {number}", REFERENCES)[:2]:
            drawn[reference] += 1

    assert all(abs(times - 1200) < 4 * 27 for times in drawn.values()), drawn
