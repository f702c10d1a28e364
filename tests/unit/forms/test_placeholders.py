"""What editors write in braces: names from a list, and nothing that is interpreted."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from forms.mail.placeholders import (
    Placeholder,
    fill,
    nearest,
    split_at_placeholders,
    unknown_in,
    validate_placeholders,
)

KNOWN = (
    Placeholder("event_title", "Name of the event", "Open workshops"),
    Placeholder("name", "Name of the person", lambda: "Anna"),
)
VALUES = {"event_title": "Open workshops", "name": "Anna"}


def errors_of(text: str) -> list[str]:
    with translation.override("en"):
        try:
            validate_placeholders(text, KNOWN)
        except ValidationError as error:
            return list(error.messages)
    return []


def test_known_names_are_filled_in() -> None:
    assert fill("{name}: {event_title}, {name}", VALUES) == "Anna: Open workshops, Anna"
    assert not errors_of("{name}: {event_title}")


def test_what_is_put_in_is_not_looked_at_again() -> None:
    assert fill("{name} {event_title}", {**VALUES, "name": "{event_title}"}) == (
        "{event_title} Open workshops"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{name.__class__}",
        "{name.__class__.__mro__[1]}",
        "{name[0]}",
        "{{7*7}}",
        "{% load static %}",
        "{% include 'x' %}",
        "{0}",
        "{}",
        "{!r}",
        "{name!r}",
        "{name:>1000000000}",
        "{ name }",
        "{{name}}",
        "{{{name}}}",
        "{name}}",
        "{Name}",
        "{name",
        "Dear {name, welcome",
        "{na\nme}",
        "event_title}",
        "{nobody_knows}",
        "{navn}",
    ],
)
def test_anything_else_in_braces_is_refused_and_never_interpreted(text: str) -> None:
    assert errors_of(text)
    # Even if it were saved: only a known name in its own braces is replaced.
    assert fill(text, VALUES) == text.replace("{name}", "Anna")


@pytest.mark.parametrize("text", ["", "No braces", "50 % {name} $HOME %(name)s %s", "a } b", ":-}"])
def test_what_only_looks_odd_is_text(text: str) -> None:
    assert not errors_of(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{event_titel}", "event_title"),
        ("{eventtitle}", "event_title"),
        ("{Event_Title}", "event_title"),
        ("{ event title }", "event_title"),
        ("{Name of the event}", "event_title"),
        ("{event_title.upper}", "event_title"),
        ("{{event_title}}", "event_title"),
        ("Welcome to {event_title and more", "event_title"),
        ("event_title}", "event_title"),
    ],
)
def test_a_slip_is_answered_by_what_was_meant(written: str, meant: str) -> None:
    assert [near for _name, near in unknown_in(written, KNOWN)] == [meant]
    assert "{" + meant + "}" in errors_of(written)[0]


def test_what_is_like_nothing_is_answered_without_a_guess() -> None:
    assert unknown_in("{xyzzy}", KNOWN) == [("xyzzy", "")]
    assert nearest("", KNOWN) == ""
    assert "Did you mean" not in errors_of("{xyzzy}")[0]


def test_each_slip_is_told_once() -> None:
    assert len(errors_of("{xyzzy} {xyzzy} {plugh}")) == 2


def test_an_error_repeats_no_more_than_a_line_of_what_was_written() -> None:
    assert len(errors_of("{" + "x" * 5000)[0]) < 120


def test_the_sample_may_be_made_when_it_is_asked_for() -> None:
    assert [one.sample_text() for one in KNOWN] == ["Open workshops", "Anna"]


@given(st.text())
def test_a_text_without_known_names_comes_back_as_it_is(text: str) -> None:
    assert fill(text, {}) == text


@given(st.text(), st.text())
def test_whatever_a_person_is_called_it_is_put_in_letter_by_letter(before: str, name: str) -> None:
    values = {"name": name, "event_title": "never"}
    plain = before.replace("{", "(")
    assert fill(plain + "{name}" + plain, values) == plain + name + plain


@given(st.text(alphabet="{}abnme_ %!.\n"), st.text(alphabet="{}name"))
def test_the_pieces_make_the_same_text_as_filling(text: str, name: str) -> None:
    values = {"name": name}
    pieces = split_at_placeholders(text)
    joined = "".join(
        plain + (values.get(key, "{" + key + "}") if key else "") for plain, key in pieces
    )
    assert joined == fill(text, values)


@given(st.text(alphabet="{}abnme_ %!.\n", max_size=40))
def test_what_is_not_refused_holds_known_names_and_no_other_opening_brace(text: str) -> None:
    if not unknown_in(text, ["name"]):
        assert "{" not in text.replace("{name}", "")
