"""Every type of question: what it takes, keeps, says, shows and refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from forms.builder import (
    AnswerForm,
    answer_rows,
    answer_text,
    build_form_class,
    expand,
    form_from_json,
)
from forms.countries import CODES, country_choices
from forms.enums import CHOICE_TYPES, Pattern, QuestionType
from forms.models import QuestionSpec
from forms.question_types import (
    get_type,
    is_known,
    registered_types,
    type_choices,
)
from forms.question_types.measures import PlainDecimalField, as_date, as_decimal
from forms.spec import Condition

A_TO_C = (("a", "Alfa"), ("b", "Beta"), ("c", "Gamma"))
UNREADABLE = "Some characters could not be read. Please type them again."
TEXTS = ["singleline", "multiline", "email", "phone", "url"]


@pytest.fixture(autouse=True)
def _in_denmark_in_english() -> Iterator[None]:
    with translation.override("en"), timezone.override("Europe/Copenhagen"):
        yield


def ask(field_type: str, **fields: Any) -> QuestionSpec:
    choices = A_TO_C if field_type in CHOICE_TYPES else ()
    return QuestionSpec(
        **({"key": "q", "label": "Q", "field_type": field_type, "choices": choices} | fields)
    )


def send(spec: QuestionSpec, *values: str, **others: str) -> AnswerForm:
    """Return the form of ``spec`` that got ``values``, judged."""
    data = QueryDict(mutable=True)
    data.setlist(spec.key, list(values))
    for key, value in others.items():
        data[key] = value
    form = build_form_class([spec])(data)
    form.is_valid()
    return form


def kept(spec: QuestionSpec, *values: str) -> Any:
    form = send(spec, *values)
    assert not form.errors
    return form.answers()[spec.key]


def said(spec: QuestionSpec, *values: str) -> list[str]:
    """Return what is said of ``values``."""
    return [str(message) for message in send(spec, *values).errors.get(spec.key, [])]


# What there is


def test_every_type_of_the_closed_list_is_there_in_its_order() -> None:
    assert [name for name, _label in type_choices()] == [
        *("singleline", "multiline", "email", "phone", "url", "address", "country"),
        *("number", "date", "time", "datetime", "radio", "dropdown", "checkboxes", "multiselect"),
        *("checkbox", "consent", "hidden", "section", "explanation"),
    ]
    assert {kind.name for kind in registered_types()} == set(QuestionType.values)
    assert all(is_known(name) for name in QuestionType if name != QuestionType.FILE)
    assert [kind.name for kind in registered_types() if not kind.takes_answer] == [
        "section",
        "explanation",
    ]


@pytest.mark.parametrize(
    ("field_type", "input_type"),
    [
        ("singleline", "text"),
        ("email", "email"),
        ("phone", "tel"),
        ("url", "url"),
        ("number", "text"),
        ("date", "date"),
        ("time", "time"),
        ("datetime", "datetime-local"),
        ("checkbox", "checkbox"),
        ("consent", "checkbox"),
        ("radio", "radio"),
        ("checkboxes", "checkbox"),
        ("dropdown", "select"),
        ("multiselect", "select"),
        ("country", "select"),
    ],
)
def test_inputs_are_the_browsers_own(field_type: str, input_type: str) -> None:
    widget = build_form_class([ask(field_type)]).base_fields["q"].widget

    assert (widget.attrs.get("type") or widget.input_type) == input_type  # type: ignore[attr-defined]


# Text


@pytest.mark.parametrize("field_type", TEXTS)
@pytest.mark.parametrize("text", ["a\ufffdb", "\ufffd", "a@ex\ufffdample.dk"])
def test_what_arrived_damaged_is_told_in_our_words_alone(field_type: str, text: str) -> None:
    own = ask(field_type, error_text="Skriv noget andet.")

    assert UNREADABLE in said(ask(field_type), text)
    assert UNREADABLE in said(own, text)


@pytest.mark.parametrize("field_type", TEXTS)
@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\u202eb", "a\u2066b", "a@ex\u2066ample.dk", "https://ex\u202eample.dk"],
)
def test_what_hides_is_refused_in_every_kind_of_text(field_type: str, text: str) -> None:
    assert said(ask(field_type), text)


@pytest.mark.parametrize("field_type", TEXTS)
def test_halves_of_characters_that_only_json_can_bring_are_refused(field_type: str) -> None:
    form = form_from_json(build_form_class([ask(field_type)]), {"q": "a\ud800b"})

    assert UNREADABLE in form.errors["q"]


@pytest.mark.parametrize("field_type", ["singleline", "email", "phone", "url"])
@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_one_line_is_one_line(field_type: str, mark: str) -> None:
    assert said(ask(field_type), f"12345678{mark}ida@example.dk")


def test_lines_are_kept_with_one_kind_of_ending() -> None:
    assert kept(ask("multiline"), "a\r\nb\rc\nd") == "a\nb\nc\nd"
    assert kept(ask("multiline", max_length=3), "a\r\nb") == "a\nb"


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [
        (ask("singleline", max_length=3), "æøå", "æøåe"),
        (ask("singleline", min_length=2), "æø", "æ"),
        (ask("singleline", max_length=9000), "x" * 255, "x" * 256),
        (ask("multiline", max_length=5), "12345", "123456"),
        (ask("multiline", max_length=90000), "x" * 5000, "x" * 5001),
        (ask("phone"), "1" * 20, "1" * 41),
        (ask("email"), "a" * 60 + "@example.dk", "a" * 250 + "@example.dk"),
        (ask("url"), "https://example.dk/" + "x" * 1981, "https://example.dk/" + "x" * 1982),
    ],
)
def test_lengths_are_the_editors_within_ours(spec: QuestionSpec, good: str, bad: str) -> None:
    assert kept(spec, good) == good
    assert said(spec, bad)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (Pattern.DIGITS, "0123", "12a"),
        (Pattern.DIGITS, "7", "٧"),
        (Pattern.LETTERS, "Åse-Marie O'Bæk", "Åse 2"),
        (Pattern.POSTAL_CODE, "9000", "90000"),
        (Pattern.CVR, "12345678", "1234567"),
        (Pattern.EAN, "5790000000000", "579000000000"),
        (Pattern.NO_LINKS, "Se eksempel.dk", "Se https://eksempel.dk"),
        (Pattern.NO_LINKS, "wwww", "WWW.eksempel.dk"),
        ("of_another_release", "hvad som helst", ""),
    ],
)
def test_shapes(pattern: str, good: str, bad: str) -> None:
    spec = ask("singleline", pattern=pattern)

    assert kept(spec, good) == good
    assert said(spec, bad)


def test_no_shape_can_be_made_to_run_for_long() -> None:
    started = dt.datetime.now()  # noqa: DTZ005 (a stopwatch)

    for pattern in Pattern:
        said(ask("singleline", pattern=pattern), "a-" * 500_000 + "!")

    assert dt.datetime.now() - started < dt.timedelta(seconds=20)  # noqa: DTZ005


@pytest.mark.parametrize(
    "number", ["12345678", "12 34 56 78", "+45 12345678", "(0045) 12/34-56.78", "12345678 lok. 12"]
)
def test_telephone_numbers_are_kept_as_people_write_them(number: str) -> None:
    assert kept(ask("phone"), number) == number


@pytest.mark.parametrize("number", ["1234", "tolv", "1" * 21, "++45 12345678", "12345678; ls"])
def test_what_cannot_be_called_is_refused(number: str) -> None:
    assert said(ask("phone"), number)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "http://", "http://[", "//", "mailto:a@b.dk"]
)
def test_only_web_addresses_are_web_addresses(url: str) -> None:
    assert said(ask("url"), url)


def test_https_is_understood() -> None:
    assert kept(ask("url"), "example.dk/æ") == "https://example.dk/æ"
    assert kept(ask("url"), "http://example.dk") == "http://example.dk"


# Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"),
        (" 12.50 ", "12.5"),
        ("-0", "-0"),
        ("+7", "7"),
        ("1e3", "1000"),
        ("100", "100"),
        ("0,0001", "0.0001"),
        ("123456789012345"[:11], "12345678901"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1.1250", "1.1250"),
        ("1000,125", "1000.125"),
    ],
)
def test_numbers_are_kept_as_their_digits(text: str, number: str) -> None:
    assert kept(ask("number"), text) == number


@pytest.mark.parametrize("text", ["1.000", "1,000", "-12.500", "1.000.000", "999,125"])
def test_thousands_are_not_taken_for_decimals(text: str) -> None:
    """A Dane's thousand is an Englishman's one; nobody is to be understood wrongly."""
    with translation.override("en"):
        problems = said(ask("number"), text)

    assert problems == ["Write thousands without a mark between the digits, such as 1000."]


@pytest.mark.parametrize(
    "text",
    [
        "1.234,5",
        "1,2,3",
        "NaN",
        "sNaN",
        "Infinity",
        "1E+999999",
        "1E-999999",
        "9" * 41,
        "tolv",
        "١a",
    ],
)
def test_what_is_no_number_is_refused_unread(text: str) -> None:
    assert said(ask("number"), text)


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, "3"), (3.5, "3.5"), (-2, "-2"), ("3,5", "3.5"), (0.1, "0.1"), (1.125, "1.1250")],
)
def test_json_numbers_are_welcome(value: Any, number: str) -> None:
    form = form_from_json(build_form_class([ask("number")]), {"q": value})

    assert form.is_valid()
    assert form.answers() == {"q": number}


@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**5000), float("nan"), float("inf"), 1e22, 0.1 + 0.2, True, [1], {}],
    ids=lambda value: str(type(value)),
)
def test_json_that_is_no_number_is_refused(value: Any) -> None:
    form = form_from_json(build_form_class([ask("number", required=False)]), {"q": value})

    assert list(form.errors) == ["q"]


def test_limits_of_numbers_are_read_with_a_comma_as_well() -> None:
    spec = ask("number", min_value="1,5", max_value="10")

    assert (kept(spec, "1.5"), kept(spec, "10")) == ("1.5", "10")
    assert said(spec, "1,4")
    assert said(spec, "10,1")
    assert kept(ask("number", min_value="ti", max_value="2026-01-01"), "-5") == "-5"
    assert (as_decimal("1,5"), as_decimal("NaN"), as_decimal("x")) == (Decimal("1.5"), None, None)
    assert (as_decimal("1E+999999"), as_decimal("-1" + "0" * 15)) == (None, None)
    assert isinstance(build_form_class([spec]).base_fields["q"], PlainDecimalField)


# Days and times


def test_limits_of_days() -> None:
    spec = ask("date", min_value="2026-06-01", max_value="2026-06-30")
    attrs = build_form_class([spec]).base_fields["q"].widget.attrs

    assert (attrs["min"], attrs["max"]) == ("2026-06-01", "2026-06-30")
    assert kept(spec, "2026-06-30") == "2026-06-30"
    assert said(spec, "2026-05-31") == ["Please write June 1, 2026 or later."]
    assert said(spec, "2026-07-01") == ["Please write June 30, 2026 or earlier."]
    assert (as_date("2026-06-01"), as_date("i morgen")) == (dt.date(2026, 6, 1), None)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1899-12-31", "2101-01-01"])
@pytest.mark.parametrize(("field_type", "tail"), [("date", ""), ("datetime", "T12:00")])
def test_years_nobody_means_are_refused(text: str, field_type: str, tail: str) -> None:
    message = "Please write a year between 1900 and 2100."

    assert said(ask(field_type), text + tail) == [message]


@pytest.mark.parametrize("text", ["2026-02-30", "24-11-2026", "24. november", "2026-11", "x" * 99])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert said(ask("date"), text)


def test_times_are_kept_as_hours_and_minutes() -> None:
    assert (kept(ask("time"), "07:05"), kept(ask("time"), "23:59:59")) == ("07:05", "23:59")
    assert said(ask("time"), "24:00")
    assert said(ask("time"), "kl. 7")


def test_moments_are_kept_with_the_offset_of_the_day() -> None:
    assert kept(ask("datetime"), "2026-07-01T12:30") == "2026-07-01T12:30:00+02:00"
    assert kept(ask("datetime"), "2026-12-01T12:30:45") == "2026-12-01T12:30:45+01:00"
    assert kept(ask("datetime"), "2026-07-01T10:30Z") == "2026-07-01T12:30:00+02:00"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-29T02:30",  # skipped
        "2027-03-28T02:30",
        "2026-10-25T02:30",  # there are two of them; Django asks rather than chooses
        "2100-12-31T23:59-12:00",  # is next year here
        "0001-01-01T00:00+14:00",
        "i morgen",
    ],
)
def test_moments_that_are_not_or_are_twice_are_refused(text: str) -> None:
    assert said(ask("datetime"), text)


def test_of_two_equal_hours_one_can_be_named() -> None:
    assert kept(ask("datetime"), "2026-10-25T02:30+01:00") == "2026-10-25T02:30:00+01:00"
    assert kept(ask("datetime"), "2026-10-25T02:30+02:00") == "2026-10-25T02:30:00+02:00"


# Choices


def test_several_choices_are_kept_once_each_in_the_order_of_the_form() -> None:
    for field_type in ("checkboxes", "multiselect"):
        assert kept(ask(field_type), "c", "a", "c") == ["a", "c"]
        assert kept(ask(field_type, required=False)) == []


def test_limits_of_choices() -> None:
    spec = ask("checkboxes", min_choices=2, max_choices=2, required=False)

    assert said(spec, "a") == ["Please choose at least 2."]
    assert said(spec, "a", "b", "c") == ["Please choose 2 at most."]
    assert (kept(spec, "a", "b"), kept(spec)) == (["a", "b"], [])


@pytest.mark.parametrize("field_type", sorted(CHOICE_TYPES))
def test_what_is_not_among_the_choices_is_refused(field_type: str) -> None:
    for value in ("d", "Alfa", "A", " a", "other", "a\x00"):
        assert said(ask(field_type), value)


@pytest.mark.parametrize("field_type", sorted(CHOICE_TYPES))
def test_other_asks_what_and_only_then(field_type: str) -> None:
    spec = ask(field_type, has_other=True, required=False, error_text="Vælg en ret.")
    assert [part.key for part in expand([spec])] == ["q", "q__other"]

    missing = send(spec, "other")
    named = send(spec, "other", q__other="Grød")
    not_other = send(spec, "a", q__other="Grød")

    assert missing.errors == {"q__other": ["Please fill this in."]}
    assert named.answers()["q__other"] == "Grød"
    assert "q__other" not in not_other.answers()
    texts = [text for _spec, text in answer_rows([spec], named.answers())]
    assert texts == ["Other", "Grød"]


def test_countries_are_in_the_order_of_the_readers_alphabet() -> None:
    with translation.override("da"):
        danish = [name for _code, name in country_choices()]
    english = [name for _code, name in country_choices()]

    assert danish.index("Zimbabwe") < danish.index("Ækvatorialguinea") < danish.index("Østrig")
    assert danish[-1].startswith("Å")
    assert english.index("Åland Islands") < english.index("Albania")
    assert english[-1] == "Zimbabwe"
    assert len({code for code, _name in country_choices()}) == len(CODES) == 249


def test_a_country_is_kept_as_its_code_and_read_in_ones_own_language() -> None:
    assert kept(ask("country"), "DK") == "DK"
    assert said(ask("country"), "dk")
    assert said(ask("country"), "XX")
    assert answer_text(ask("country"), "DK") == "Denmark"
    with translation.override("da"):
        assert answer_text(ask("country"), "DK") == "Danmark"
    assert answer_text(ask("country"), "SU") == "SU"


# Boxes, hidden values, parts


def test_a_consent_is_read_with_its_statement() -> None:
    spec = ask("consent", statement="I må vise mit billede.", required=False)

    assert (kept(spec, "on"), kept(spec)) == (True, False)
    assert answer_text(spec, True) == "Yes, to: “I må vise mit billede.”"
    assert answer_text(spec, False) == "No, to: “I må vise mit billede.”"
    assert answer_text(spec, None) == ""
    assert QuestionSpec.from_document(spec.as_document()).statement == "I må vise mit billede."


@pytest.mark.parametrize("sent", [["TAMPERED"], [], ["", "x"]])
def test_a_hidden_value_is_the_servers(sent: list[str]) -> None:
    spec = ask("hidden", default_value="kampagne 7")
    form = send(spec, *sent)
    by_api = form_from_json(build_form_class([spec]), {"q": "TAMPERED"})

    assert "q" not in form.fields
    assert by_api.is_valid()
    assert form.answers() == by_api.answers() == {"q": "kampagne 7"}


def test_an_address_is_three_lines_with_what_a_browser_knows() -> None:
    spec = ask("address", label="Adresse", conditions=(Condition("x"),), help_text="Hjem")
    street, postal_code, city = expand([spec])

    assert [street.key, postal_code.key, city.key] == ["q__street", "q__postal_code", "q__city"]
    assert [part.autocomplete for part in expand([spec])] == [
        "street-address",
        "postal-code",
        "address-level2",
    ]
    assert {(part.group, part.required, part.conditions) for part in expand([spec])} == {
        ("q", True, (Condition("x"),))
    }
    rows = answer_rows([spec], {"q__street": "Gaden 1", "q__city": "By"})
    assert [(row.label, text) for row, text in rows] == [
        ("Adresse: Street and number", "Gaden 1"),
        ("Adresse: Postal code", ""),
        ("Adresse: Town", "By"),
    ]


def test_every_line_of_a_required_address_is_required() -> None:
    form = build_form_class([ask("address")])(QueryDict("q__street=Gaden+1&q__city="))

    assert list(form.errors) == ["q__postal_code", "q__city"]


# Errors in the editor's words


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        (ask("singleline"), []),
        (ask("singleline", max_length=2), ["abc"]),
        (ask("singleline", min_length=5), ["abc"]),
        (ask("singleline", pattern="digits"), ["abc"]),
        (ask("email"), ["ida"]),
        (ask("phone"), ["ida"]),
        (ask("url"), ["http://["]),
        (ask("number"), ["ida"]),
        (ask("number", min_value="3"), ["2"]),
        (ask("number", max_value="3"), ["4"]),
        (ask("date"), ["ida"]),
        (ask("date"), ["0001-01-01"]),
        (ask("date", min_value="2026-06-01"), ["2026-05-01"]),
        (ask("time"), ["ida"]),
        (ask("datetime"), ["ida"]),
        (ask("radio"), ["d"]),
        (ask("radio"), []),
        (ask("dropdown"), ["d"]),
        (ask("country"), ["d"]),
        (ask("checkboxes", min_choices=2), ["a"]),
        (ask("checkboxes", max_choices=1), ["a", "b"]),
        (ask("checkboxes"), ["d"]),
        (ask("checkbox"), []),
        (ask("consent"), []),
    ],
)
@pytest.mark.parametrize("words", ["Sådan går det ikke.", "100 % %s %(value)s {x}"])
def test_an_editors_words_stand_in_for_ours(
    spec: QuestionSpec, values: list[str], words: str
) -> None:
    own = QuestionSpec.from_document(spec.as_document() | {"error_text": words})

    assert said(spec, *values) != [words]
    assert said(own, *values) == [words]


@pytest.mark.parametrize("field_type", [k for k in QuestionType if get_type(k).is_shown])
def test_json_of_the_wrong_kind_is_one_error_of_that_question(field_type: QuestionType) -> None:
    form_class = build_form_class([ask(field_type)])
    if not get_type(field_type).takes_answer or field_type == QuestionType.ADDRESS:
        return
    for value in ({}, {"a": 1}, [[]], [None], 3.5j):
        form = form_from_json(form_class, {"q": value})
        assert [len(messages) for messages in form.errors.values()] == [1]
        assert form.errors.as_data()["q"][0].code == "wrong_kind"


@pytest.mark.parametrize(
    "name", ["prefix", "field_order", "default_renderer", "specs", "given", "sources", "errors"]
)
def test_a_question_may_be_called_as_something_that_every_form_has(name: str) -> None:
    spec = ask("singleline", key=name)

    assert list(build_form_class([spec])().fields) == [name]
    assert kept(spec, "Ida") == "Ida"
    assert said(spec) == ["Please fill this in."]
