"""What a post says of whoever sent it, and how long a second step is good for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from forms.protection.second_step import make_step_token, read_step_token
from forms.protection.traces import opened_token, seconds_since_opened, suspicions_of, traces_for

FORM, OTHER = uuid.uuid4(), uuid.uuid4()
NOON = dt.datetime(2026, 10, 3, 12, 0, tzinfo=dt.UTC)
ANSWERS = {"name": "Åse Bæk", "topics": ["a", "b"], "seats": 2}


def posted(**fields: Any) -> QueryDict:
    """Return a post with ``fields``."""
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def after(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def token_at(moment: dt.datetime) -> str:
    return opened_token(FORM, at=moment.timestamp())


# The page


@pytest.mark.parametrize(
    ("age", "suspicions"),
    [
        (-5, ["too_fast"]),
        (0, ["too_fast"]),
        (1.9, ["too_fast"]),
        (2, []),
        (60, []),
        (24 * 3600, []),
        (400 * 24 * 3600, []),
    ],
)
def test_a_page_may_be_too_young_but_never_too_old(age: float, suspicions: list[str]) -> None:
    with time_machine.travel(after(age), tick=False):
        assert suspicions_of(FORM, posted(form_opened=token_at(NOON))) == suspicions


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "\x00",
        str(NOON.timestamp()),
        token_at(NOON)[:-1],
        "9" + token_at(NOON),
        opened_token(OTHER, at=NOON.timestamp()),
        signing.Signer(salt=f"kommed_forms.opened.{FORM}").sign("nan"),
        signing.Signer(salt=f"kommed_forms.opened.{FORM}").sign("inf"),
        signing.Signer(salt=f"kommed_forms.opened.{FORM}").sign("x"),
        signing.Signer().sign(f"{NOON.timestamp()}"),
    ],
)
def test_a_time_that_we_did_not_sign_for_this_form_is_none(token: str) -> None:
    assert suspicions_of(FORM, posted(form_opened=token)) == ["no_token"]


@given(token=st.text())
def test_no_made_up_time_is_believed_or_an_error(token: str) -> None:
    assert seconds_since_opened(FORM, token) is None


@pytest.mark.parametrize(
    ("fields", "suspicions"),
    [
        ({}, []),
        ({"form_website": ""}, []),
        ({"form_website": ["", ""]}, []),
        ({"form_website": " "}, ["honeypot"]),
        ({"form_website": "https://spam.example"}, ["honeypot"]),
        ({"form_website": ["", "x"]}, ["honeypot"]),
    ],
)
def test_the_field_that_people_do_not_see_stays_empty(
    fields: dict[str, Any], suspicions: list[str]
) -> None:
    assert suspicions_of(FORM, posted(form_opened=token_at(NOON), **fields)) == suspicions


def test_reasons_add_up_the_gravest_first() -> None:
    assert suspicions_of(FORM, posted(form_website="x")) == ["honeypot", "no_token"]


def test_a_page_that_is_shown_again_keeps_the_time_it_was_first_opened() -> None:
    first = token_at(NOON)
    with time_machine.travel(after(60), tick=False):
        assert traces_for(FORM).opened == token_at(after(60))
        assert traces_for(FORM, posted()).opened == token_at(after(60))
        assert traces_for(FORM, posted(form_opened=first)).opened == first
        assert traces_for(FORM, posted(form_opened=first + "x")).opened == token_at(after(60))


def test_pages_from_before_a_change_of_keys_are_still_ours(settings: Any) -> None:
    token = token_at(NOON)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    assert suspicions_of(FORM, posted(form_opened=token)) == []


# The second step


def step_token(reason: Any = "too_fast") -> str:
    with time_machine.travel(NOON, tick=False):
        return make_step_token(FORM, ANSWERS, reason)


@pytest.mark.parametrize(
    ("age", "is_ripe"), [(0, False), (2.9, False), (3, True), (60, True), (3600, True)]
)
def test_a_step_takes_as_long_as_it_takes_to_read(age: float, is_ripe: bool) -> None:
    with time_machine.travel(after(age), tick=False):
        token = read_step_token(FORM, ANSWERS, step_token())

    assert token is not None
    assert (token.reason, token.is_ripe) == ("too_fast", is_ripe)


def test_a_step_of_more_than_an_hour_ago_is_taken_anew() -> None:
    with time_machine.travel(after(3600.2), tick=False):
        assert read_step_token(FORM, ANSWERS, step_token()) is None


@pytest.mark.parametrize(
    "answers",
    [
        {},
        ANSWERS | {"name": "Åse Bek"},
        ANSWERS | {"more": ""},
        ANSWERS | {"topics": ["b", "a"]},
        {name: value for name, value in ANSWERS.items() if name != "seats"},
    ],
)
def test_a_step_is_good_for_its_own_answers_alone(answers: dict[str, Any]) -> None:
    with time_machine.travel(after(10), tick=False):
        assert read_step_token(FORM, answers, step_token()) is None
        assert read_step_token(OTHER, ANSWERS, step_token()) is None
        assert read_step_token(FORM, dict(reversed(ANSWERS.items())), step_token()) is not None


@given(token=st.text())
def test_no_made_up_step_is_believed_or_an_error(token: str) -> None:
    assert read_step_token(FORM, ANSWERS, token) is None


def test_a_time_of_opening_is_no_step() -> None:
    assert read_step_token(FORM, ANSWERS, token_at(NOON)) is None
