"""When a gate turns people away: for a lock that nobody gets, not for one that takes turns."""

from __future__ import annotations

import threading
import types

import pytest

from forms import locking
from forms.locking import STUCK_AFTER, Gate


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(locking, "time", types.SimpleNamespace(monotonic=moved.monotonic))
    return moved


def in_another_thread(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_whoever_is_before_a_gate_whose_lock_nobody_gets_is_turned_away(clock: Clock) -> None:
    gate = Gate(1)
    assert gate.enter(60)
    clock.now += STUCK_AFTER + 0.1

    assert gate.enter(60) is False


def test_while_others_have_the_lock_in_turn_nobody_is_turned_away(clock: Clock) -> None:
    gate = Gate(2)

    def have_it_and_leave() -> None:
        assert gate.enter(60)
        gate.got_the_lock()
        gate.leave()

    assert gate.enter(60)  # has waited for long, as people do who come in a rush
    clock.now += STUCK_AFTER * 3
    in_another_thread(have_it_and_leave)

    assert gate._is_stuck() is False
    clock.now += STUCK_AFTER + 0.1
    assert gate._is_stuck() is True


def test_whoever_gave_up_counts_as_nobody_who_had_it(clock: Clock) -> None:
    gate = Gate(2)
    assert gate.enter(60)
    clock.now += STUCK_AFTER + 0.1
    in_another_thread(lambda: (gate.enter(60), gate.leave()))

    assert gate._is_stuck() is True
