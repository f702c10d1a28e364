"""What is due again and again: when it is done, and what its failures hold up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError

from forms.jobs import due
from forms.jobs.due import all_jobs, register_job, run_due_jobs
from forms.models import DueJob

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """No jobs but the test's own."""
    monkeypatch.setattr(due, "_jobs", {})


class Work:
    """A job that counts how often it is done, and fails when it is told to."""

    def __init__(self, name: str = "work", **options: Any) -> None:
        self.times = 0
        self.error: Exception | None = None
        register_job(name, self, **{"every": HOUR, **options})

    def __call__(self, *, now: Any) -> None:
        self.times += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def work() -> Iterator[Work]:
    """A job that is due each hour."""
    yield Work()


def run(at: dt.datetime) -> due.JobsRun:
    return run_due_jobs(now=lambda: at)


def test_it_is_done_at_once_and_then_when_its_time_has_passed(work: Work) -> None:
    assert run(START).done == ["work"]
    assert run(START).done == run(START + HOUR - SECOND).done == []
    assert run(START + HOUR).done == ["work"]
    assert work.times == 2


def test_what_was_missed_is_made_good_once(work: Work) -> None:
    run(START)

    run(START + 100 * HOUR)
    run(START + 100 * HOUR + SECOND)

    assert work.times == 2


def test_what_one_raises_holds_up_no_other_and_says_nothing_personal(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    after = Work("after")
    work.error = IntegrityError("Key (email)=(ida@example.dk) already exists.")

    outcome = run(START)

    assert (outcome.done, outcome.failed, after.times) == (["after"], ["work"], 1)
    row = DueJob.objects.get(name="work")
    assert (row.last_error, row.failures, row.finished_at) == ("IntegrityError", 1, None)
    assert "IntegrityError" in caplog.text
    assert "ida@example.dk" not in caplog.text


def test_a_failure_is_tried_again_ever_more_seldom_and_forgotten_when_it_is_over(
    work: Work,
) -> None:
    work.error = ValueError()
    run(START)

    moment, waits = START, []
    for _ in range(8):
        failed_at = moment
        while not run(moment).failed:
            moment += dt.timedelta(minutes=1)
        waits.append(int((moment - failed_at).total_seconds()) // 60)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert DueJob.objects.get().failures == 9

    work.error = None
    assert run(moment + HOUR).done == ["work"]
    row = DueJob.objects.get()
    assert (row.failures, row.last_error, row.finished_at) == (0, "", moment + HOUR)


def test_what_is_due_often_is_not_tried_again_more_often() -> None:
    work = Work(every=10 * SECOND)
    work.error = ValueError()
    run(START)

    assert run(START + 9 * SECOND).failed == []
    assert run(START + 10 * SECOND).failed == ["work"]


def test_nobody_takes_what_another_is_at_until_the_lease_has_run_out(work: Work) -> None:
    run(START)
    DueJob.objects.update(lease_until=START + 3 * HOUR)

    assert run(START + 3 * HOUR).done == []
    assert run(START + 3 * HOUR + SECOND).done == ["work"]


def test_who_was_too_slow_does_not_write_over_what_came_after(work: Work) -> None:
    later = START + 10 * HOUR

    class Slow(Work):
        def __call__(self, *, now: Any) -> None:
            DueJob.objects.filter(name="slow").update(lease_until=later)

    Slow("slow")

    run(START)

    assert DueJob.objects.get(name="slow").lease_until == later


def test_a_clock_that_was_wrong_stops_nothing_for_years(work: Work) -> None:
    run(START + 9999 * HOUR)

    assert run(START).done == ["work"]


def test_a_cheap_question_keeps_a_job_from_being_noted() -> None:
    Work(every=dt.timedelta(), only_if=lambda: False)

    assert run(START).done == []
    assert DueJob.objects.get().started_at is None


def test_a_job_belongs_to_the_last_who_claims_its_name(work: Work) -> None:
    other = Work()

    run(START)

    assert (work.times, other.times, len(all_jobs())) == (0, 1, 1)


def test_a_round_in_which_nothing_is_due_is_one_query(
    work: Work, django_assert_num_queries: Any
) -> None:
    Work("more")
    run(START)

    with django_assert_num_queries(1):
        run(START)
