"""Hostile answers to every type of question, through both doors: an error said, never a 500."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import translation

from forms.mail.render import build_mail
from forms.models import Message, Submission

from .doors import CHOICES, DOORS, FORM, URLENCODED, Door, open_door

pytestmark = pytest.mark.django_db

TYPES = (
    *("singleline", "multiline", "email", "phone", "url", "address", "country", "number"),
    *("date", "time", "datetime", "radio", "dropdown", "checkboxes", "multiselect", "checkbox"),
    *("consent", "hidden"),
)
WITH_CHOICES = ("radio", "dropdown", "checkboxes", "multiselect")
EVERY_TYPE: list[dict[str, Any]] = [
    {
        "label": f"Q {kind}",
        "field_type": kind,
        "required": False,
        **({"choices": CHOICES} if kind in WITH_CHOICES else {}),
        **({"default_value": "fast"} if kind == "hidden" else {}),
        **({"statement": "Jeg er med."} if kind == "consent" else {}),
    }
    for kind in TYPES
]
EVERY_TYPE += [
    {"label": "Overskrift", "field_type": "section", "required": False},
    {"label": "Forklaring", "field_type": "explanation", "statement": "Hej", "required": False},
    {"label": "Andet", "field_type": "radio", "required": False, "choices": CHOICES}
    | {"has_other": True},
]
LINES = {"q_singleline", "q_address__street", "q_address__city", "andet__other"}
SHORT = {"q_address__postal_code"}
TEXTS = LINES | SHORT | {"q_multiline"}
BOXES = {"q_checkbox", "q_consent"}
IGNORED = {"q_hidden"}
INPUTS = (
    TEXTS
    | BOXES
    | IGNORED
    | {f"q_{kind}" for kind in TYPES if kind not in ("address", "checkbox", "consent", "hidden")}
)
NOTHING: set[str] = set()

# What is sent to every question, and which of them take it as an answer.
HOSTILE = [
    ("NUL", "a\x00b", NOTHING),
    ("NUL alone", "\x00", NOTHING),
    ("replacement", "a\ufffdb", NOTHING),
    ("override", "\u202eabc\u202c", NOTHING),
    ("isolate", "\u2066abc\u2069", NOTHING),
    ("zero width joiner", "👩‍🚒", TEXTS),
    ("four bytes", "𝕳𝖊𝖏", TEXTS),
    ("not a character", "\U0010ffff", TEXTS),
    ("combining", "e\u0301" * 50, TEXTS - SHORT),
    ("combining without end", "e" + "\u0301" * 10_000, NOTHING),
    ("longer than any limit", "x" * 6000, NOTHING),
    ("control characters", "a\x07\x1b[31m\x7fb", TEXTS),
    ("line separator", "a\u2028b", {"q_multiline"}),
    ("lines", "a\r\nb", {"q_multiline"}),
    ("huge exponent", "1E+999999", TEXTS),
    ("tiny exponent", "1E-999999", TEXTS),
    ("NaN", "NaN", TEXTS),
    ("signalling NaN", "sNaN", TEXTS),
    ("infinity", "-Infinity", TEXTS),
    ("minus nothing", "-0", TEXTS | {"q_number"}),
    ("a million millions", "1000000000000", TEXTS | {"q_phone"}),
    ("huge integer", "9" * 41, TEXTS - SHORT),
    ("absurd integer", "9" * 5001, NOTHING),
    ("year 1", "0001-01-01", TEXTS | {"q_phone"}),
    ("year 9999", "9999-12-31", TEXTS | {"q_phone"}),
    ("moment of year 1", "0001-01-01T00:00", TEXTS),
    ("moment of year 9999", "9999-12-31T23:59", TEXTS),
    ("skipped hour", "2027-03-28T02:30", TEXTS),
    ("offset over the edge", "2100-12-31T23:59-12:00", TEXTS - SHORT),
    ("null", "null", TEXTS),
    ("JSON", '{"$ne": 1}', TEXTS),
    ("SQL", "'; DROP TABLE --", TEXTS),
    ("template", "{{ 7*7 }}{% x %}", TEXTS),
    ("format", "%s %d %(x)s {0}", TEXTS),
    ("formula", "=1+1", TEXTS),
    ("path", "../../etc/pw", TEXTS),
    ("surrogates as text", "\\ud800", TEXTS),
]


@pytest.fixture(params=DOORS)
def door(request: Any, site: Any) -> Door:
    """A published page that asks every type of question, none of them required."""
    return open_door(request.param, EVERY_TYPE)


def kept(value: str, key: str) -> Any:
    """Return what is kept of ``value`` where it is accepted."""
    return True if key in BOXES else value.strip().replace("\r\n", "\n")


def test_each_type_takes_what_it_can_keep_and_says_what_it_cannot(door: Door) -> None:
    for name, value, texts in HOSTILE:
        takers = texts | BOXES | IGNORED
        named = {"andet": "other", "andet__other": "Grød"}

        refused = door.send(**dict.fromkeys(INPUTS, value) | {"andet": "other"})

        assert (name, refused.status_code) == (name, 422)
        assert (name, set(refused.context["form"].errors)) == (name, INPUTS - takers)
        assert (name, door.stored()) == (name, [])

        accepted = door.send(**named | dict.fromkeys(takers, value))

        assert (name, accepted.status_code) == (name, 303)
        (answers,) = door.stored()
        wanted = {key: kept(value, key) for key in takers - IGNORED}
        assert (name, {key: answers[key] for key in wanted}) == (name, wanted)
        assert answers["q_hidden"] == "fast"
        door.forget()


def test_what_was_taken_can_be_read_by_staff_and_in_mails(door: Door) -> None:
    taken = [(value, texts) for _name, value, texts in HOSTILE if texts]
    for number, (value, texts) in enumerate(taken):
        named = {"andet": "other", "andet__other": "Grød"}
        others = {"email": f"gaest{number}@example.dk"} if door.is_event else {}
        door.send(**named | dict.fromkeys(texts, value) | others)

    pages = door.read_desk()

    assert [page.status_code for page in pages] == [200] * (len(taken) + 1)
    assert all("<bdi>" in page.content.decode() for page in pages[1:])
    for message in Message.objects.all():
        assert build_mail(message).message().as_bytes()


def test_a_line_of_a_megabyte_is_refused_by_all_but_a_box(door: Door) -> None:
    for key in sorted(INPUTS - BOXES - IGNORED):
        named = {"andet": "other", "andet__other": "Grød"}
        response = door.send(**named | {key: "x" * 1_000_000})

        assert (key, response.status_code) == (key, 422)
        assert list(response.context["form"].errors) == [key]
        # What was typed comes back once, and no error repeats it.
        assert (key, len(response.content) < 1_200_000) == (key, True)
    assert door.send(q_checkbox="x" * 1_000_000, q_hidden="x" * 1_000_000).status_code == 303


def test_bytes_that_are_not_utf8_are_refused_with_words_at_the_question(door: Door) -> None:
    texts = sorted(TEXTS | {"q_email", "q_phone", "q_url"})
    with translation.override("da"):
        words = translation.gettext("Some characters could not be read. Please type them again.")
    for raw in (b"\xe6\xf8\xe5", b"a\xc0\xafb", b"\xed\xa0\x80", b"\xff\xfe", b"x\xf0\x9f"):
        data = door.fields(andet="other") | dict.fromkeys(texts, raw)

        response = Client().post(door.url, urlencode(data), content_type=URLENCODED)

        assert (raw, response.status_code) == (raw, 422)
        form = response.context["form"]
        assert (raw, set(form.errors)) == (raw, set(texts))
        assert all(words in messages for messages in form.errors.values())


def test_bytes_that_are_not_utf8_are_refused_in_parts_as_well(door: Door) -> None:
    fields = {key: str(value).encode() for key, value in door.fields().items()}
    for raw in (b"\xe6\xf8\xe5", b"\xed\xa0\x80"):
        data = fields | {"q_singleline": raw, "q_multiline": raw}
        body = parts(*(b'"%s"\r\n\r\n%s\r\n' % (key.encode(), data[key]) for key in data))

        response = door.send_raw(body, PARTS)

        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"q_singleline", "q_multiline"}


def parts(*fields: bytes, end: bytes = b"--x--\r\n") -> bytes:
    """Return a body in parts with the boundary x."""
    return b"".join(b"--x\r\nContent-Disposition: form-data; name=%s\r\n" % f for f in fields) + end


PARTS = "multipart/form-data; boundary=x"
ODD_POSTS = [
    ("no boundary", "multipart/form-data", b"x", 400),
    ("empty boundary", "multipart/form-data; boundary=", b"x", 400),
    ("boundary of other letters", 'multipart/form-data; boundary="æ"', b"x", 400),
    ("endless boundary", "multipart/form-data; boundary=" + "x" * 5000, b"x", 400),
    ("another boundary", PARTS, b"--y\r\n", 422),
    ("no end", PARTS, parts(b'"q_singleline"\r\n\r\nabc', end=b""), 422),
    ("no name", PARTS, b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n", 422),
    ("no headers", PARTS, b"--x\r\n\r\nabc\r\n--x--\r\n", 422),
    ("odd headers", PARTS, b"--x\r\n\xff: \x00; name=\r\n\r\nabc\r\n--x--\r\n", 422),
    (
        "base64",
        PARTS,
        parts(b'"q_email"\r\nContent-Transfer-Encoding: base64\r\n\r\nPHNjcmlwdD4=\r\n'),
        422,
    ),
    (
        "broken base64",
        PARTS,
        parts(b'"q_email"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n'),
        422,
    ),
    ("1001 parts", PARTS, parts(*[b'"a%d"\r\n\r\n1\r\n' % n for n in range(1001)]), 400),
    (
        "101 files",
        PARTS,
        parts(*[b'"f%d"; filename="f"\r\n\r\n1\r\n' % n for n in range(101)]),
        400,
    ),
    ("3 MB in a part", PARTS, parts(b'"q_multiline"\r\n\r\n' + b"x" * 3_000_000 + b"\r\n"), 400),
    ("1001 fields", URLENCODED, b"&".join(b"a%d=1" % n for n in range(1001)), 400),
    ("3 MB", URLENCODED, b"q_multiline=" + b"x" * 3_000_000, 400),
    ("unknown charset", f"{URLENCODED}; charset=bogus", b"q_email=x", 422),
    ("another charset", f"{URLENCODED}; charset=utf-16", b"q_email=x", 400),
    ("unknown charset in parts", f"{PARTS}; charset=bogus", parts(b'"q_email"\r\n\r\nx\r\n'), 422),
    ("NUL in a name", URLENCODED, b"a%00b=1&q_email=x", 422),
    ("half an escape", URLENCODED, b"q_email=%&%E=%ZZ", 422),
    ("no type", "", b"q_email=x", 422),
    ("JSON", "application/json", b'{"q_email": "x"}', 422),
    ("plain text", "text/plain", b"q_email=x", 422),
    ("strange type", "a/b/c; ;;=", b"q_email=x", 422),
    ("nothing", "", b"", 422),
]
STRICT: list[dict[str, Any]] = [{"label": "Q email", "field_type": "email", "required": True}]


@pytest.mark.parametrize("kind", DOORS)
def test_posts_of_other_shapes_are_errors_of_the_sender(kind: str, site: Any) -> None:
    door = open_door(kind, STRICT)

    statuses = {
        name: door.send_raw(body, content_type).status_code
        for name, content_type, body, _status in ODD_POSTS
    }

    assert statuses == {name: status for name, _type, _body, status in ODD_POSTS}
    assert Submission.objects.count() == 0


# Letters in it are refused by the server before Django sees them.
@pytest.mark.parametrize("length", ["-1", "99999999999999999999", ""])
def test_a_length_that_is_not_true_is_an_error_of_the_sender(site: Any, length: str) -> None:
    door = open_door(FORM, STRICT)

    response = door.send_raw(b"q_email=x", URLENCODED, CONTENT_LENGTH=length)

    assert response.status_code in (400, 413, 422)
    assert Submission.objects.count() == 0


def test_names_that_nobody_asked_for_are_not_kept(door: Door) -> None:
    extra = {"__proto__": "x", "q_hidden": "y", "q_address": "z", "id": "1", "form_record": "2"}

    assert door.send(**extra).status_code == 303

    (answers,) = door.stored()
    assert set(answers) & set(extra) == {"q_hidden"}
    assert answers["q_hidden"] == "fast"


def test_one_question_answered_many_times_is_answered_once(door: Door) -> None:
    many = [f"nr. {number}" for number in range(500)]

    assert door.send(q_singleline=many, q_checkboxes=["b", "a", "b", "a"]).status_code == 303

    (answers,) = door.stored()
    assert (answers["q_singleline"], answers["q_checkboxes"]) == ("nr. 499", ["a", "b"])
