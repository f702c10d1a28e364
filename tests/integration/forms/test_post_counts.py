"""Counting posts: many from one network are suspicious, and nobody else is for it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from typing import Any

import pytest

from forms.jobs.post_counts import forget_post_counts
from forms.models import PostCount
from forms.protection.counting import is_too_many, may_have_copy

pytestmark = pytest.mark.django_db

FORM, OTHER_FORM = uuid.uuid4(), uuid.uuid4()
HERE, THERE = (ipaddress.ip_network(text) for text in ("192.0.2.10", "2001:db8:1:2::/64"))
NOON = dt.datetime(2026, 10, 3, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.KOMMED_POSTS_PER_NETWORK = 3
    settings.KOMMED_POSTS_PER_FORM = 5
    settings.KOMMED_POSTS_WINDOW = 600


def post(
    network: Any = HERE, *, form: uuid.UUID = FORM, suspicious: bool = False, after: float = 0
) -> bool:
    """Count a post and return whether it is one too many."""
    now = NOON + dt.timedelta(seconds=after)
    return is_too_many(form, network, now=now, is_suspicious=suspicious)


def test_more_than_the_limit_from_one_network_is_too_many() -> None:
    assert [post() for _ in range(5)] == [False, False, False, True, True]


def test_another_network_and_another_form_are_not_meant() -> None:
    for _ in range(50):
        post()

    assert (post(THERE), post(form=OTHER_FORM)) == (False, False)


def test_it_is_over_with_the_window() -> None:
    answers = [post(after=599) for _ in range(4)]

    assert answers == [False, False, False, True]
    assert post(after=600) is False


def test_the_same_network_is_counted_apart_from_one_day_to_the_next() -> None:
    for _ in range(4):
        post()
    scopes = set(PostCount.objects.values_list("scope", flat=True))
    post(after=24 * 3600)

    assert len(set(PostCount.objects.values_list("scope", flat=True)) - scopes) == 2


def test_many_networks_together_are_too_many_for_the_form() -> None:
    networks = [ipaddress.ip_network(f"198.51.100.{number}") for number in range(7)]

    assert [post(network) for network in networks] == [False] * 5 + [True] * 2


def test_what_is_suspicious_by_itself_does_not_use_up_the_limit_of_the_form() -> None:
    for number in range(50):
        post(ipaddress.ip_network(f"198.51.100.{number}"), suspicious=True)

    assert post(THERE) is False


def test_where_a_network_is_not_known_the_form_alone_is_counted() -> None:
    assert [post(None) for _ in range(6)] == [False] * 5 + [True]


def test_no_address_is_stored() -> None:
    post()

    rows = PostCount.objects.all()
    assert [(len(row.scope), row.count) for row in rows] == [(64, 1), (64, 1)]
    assert not any("192.0.2" in f"{row.scope}{row}" for row in rows)


def test_counts_are_forgotten_when_their_window_is_over() -> None:
    post()
    post(after=600)

    assert forget_post_counts(now=lambda: NOON + dt.timedelta(seconds=599)) == 0
    assert forget_post_counts(now=lambda: NOON + dt.timedelta(seconds=600)) == 2
    assert forget_post_counts(now=lambda: NOON + dt.timedelta(seconds=1200)) == 2
    assert PostCount.objects.count() == 0


def test_copies_to_an_address_are_counted_until_the_day_is_over() -> None:
    asked = [may_have_copy(FORM, "anna@example.dk", now=NOON) for _ in range(4)]
    post()

    assert asked == [True, True, True, False]
    midnight = NOON + dt.timedelta(hours=12)
    assert forget_post_counts(now=lambda: midnight - dt.timedelta(seconds=1)) == 2
    assert may_have_copy(FORM, "anna@example.dk", now=midnight - dt.timedelta(seconds=1)) is False
    assert forget_post_counts(now=lambda: midnight) == 1
    assert PostCount.objects.count() == 0
