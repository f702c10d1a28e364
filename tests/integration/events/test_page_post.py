"""Sending the form: what is written and said, also when things have changed meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from events.models import EventSession, Registration
from forms.models import FormVersion, Message, Submission
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    copy_to_language,
    make_event,
    make_registration,
    post_data,
    publish,
)

from .ledger import mails, states, whole_ledger
from .visitor import URLENCODED, Page, send, visit

pytestmark = pytest.mark.django_db


def hidden_version(made: MadeEvent) -> str:
    """Return the form version that the page carries now."""
    return str(Page(visit(made.url)).value_of("form_version"))


def drop_session(made: MadeEvent, name: str) -> None:
    """Publish the page without one of its sessions."""
    page = made.reload()
    page.event_sessions = [row for row in page.event_sessions.all() if row.name != name]
    publish(page)


# As it should be


def test_sending_the_form_registers_and_leads_to_the_receipt(made: MadeEvent) -> None:
    response = send(
        made,
        name="  Åse Bæk  ",
        email="Aase@example.dk",
        event_session=str(made.session_key("Aalborg")),
        audience=str(made.audience_key("Embedsmand")),
        organisation="Havneforeningen",
        form_version=hidden_version(made),
    )

    assert response.status_code == 303
    assert urlsplit(response["Location"]).path == f"{made.url}kvittering/"
    registration = Registration.objects.get()
    assert (registration.name, registration.email) == ("Åse Bæk", "Aase@example.dk")
    assert (registration.organisation, registration.state) == ("Havneforeningen", "confirmed")
    assert registration.event_session_key == made.session_key("Aalborg")
    assert registration.audience_key == made.audience_key("Embedsmand")
    assert registration.submission.answers == {
        "event_session": str(made.session_key("Aalborg")),
        "audience": str(made.audience_key("Embedsmand")),
        "second_choice": "",
        "name": "Åse Bæk",
        "email": "Aase@example.dk",
        "organisation": "Havneforeningen",
    }
    assert registration.submission.form_version.language == "da"
    assert mails() == [("confirmed", "Aase@example.dk")]


def test_with_one_session_there_is_nothing_to_choose(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg")])

    assert Page(visit(made.url)).all("input", name="event_session") == []
    assert send(made).status_code == 303
    assert Registration.objects.get().event_session_key == made.session_key("Aalborg")


def test_sending_twice_is_one_registration_and_one_answer(made: MadeEvent) -> None:
    data = {"name": "Ida", "email": "ida@example.dk"}

    first, second = send(made, **data), send(made, **data)

    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert (Registration.objects.count(), Message.objects.count()) == (1, 1)


def test_known_and_unknown_people_get_the_same_answer(made: MadeEvent) -> None:
    session = str(made.session_key("Aalborg"))
    make_registration(made, email="kendt@example.dk")

    known = send(made, email="kendt@example.dk", event_session=session)
    unknown = send(made, email="ukendt@example.dk", event_session=session)

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert dict(known.headers) == dict(unknown.headers)


def test_an_address_holds_no_personal_data(made: MadeEvent) -> None:
    response = send(made, name="Kanariefugl", email="kanariefugl@example.dk")

    signed = parse_qs(urlsplit(response["Location"]).query)["s"][0]
    said = signing.Signer(salt="kommed_events.receipt").unsign_object(signed)
    assert set(said) == {"s", "a", "o", "v"}
    assert "kanariefugl" not in str(said).lower() + response["Location"].lower()


def test_in_english_everything_is_in_english(made: MadeEvent, site: MadeSite) -> None:
    english = publish(copy_to_language(made.page, site.english, title="Open workshops"))

    response = send(made, url=english.get_url())

    assert urlsplit(response["Location"]).path == f"{english.get_url()}kvittering/"
    registration = Registration.objects.get()
    assert registration.language == registration.submission.form_version.language == "en"
    assert Message.objects.get().language == "en"
    assert Page(visit(response["Location"])).all("html")[0]["lang"] == "en"
    assert registration.event == made.event


def test_sending_from_an_alias_registers_at_its_source(made: MadeEvent, site: MadeSite) -> None:
    alias = made.page.create_alias(parent=site.home, update_slug="alias")

    response = send(made, url=alias.get_url())

    assert response.status_code == 303
    assert Registration.objects.get().event == made.event
    assert visit(response["Location"]).status_code == 200


# What is not accepted


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, ["name"]),
        ({"name": " \t\n"}, ["name"]),
        ({"name": "x" * 161}, ["name"]),
        ({"name": "Ida\x00Holm"}, ["name"]),
        ({"name": "Ida \ufffd Holm"}, ["name"]),
        ({"name": "Ida \u202e mloH"}, ["name"]),
        ({"email": "ida"}, ["email"]),
        ({"email": "ida@example"}, ["email"]),
        ({"email": "a" * 250 + "@example.dk"}, ["email"]),
        ({"email": "ida@example.dk\nBcc: alle@example.dk"}, ["email"]),
        ({"event_session": ""}, ["event_session"]),
        ({"audience": ""}, ["audience"]),
        ({"audience": "00000000-0000-0000-0000-000000000000"}, ["audience"]),
        ({"organisation": "x" * 256}, ["organisation"]),
        ({"name": "", "email": "", "event_session": ""}, ["event_session", "name", "email"]),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field(
    made: MadeEvent, fields: dict[str, str], wrong: list[str]
) -> None:
    before = whole_ledger()

    response = send(made, **({"organisation": "Beholdes"} | fields))

    page = Page(response)
    assert (response.status_code, list(response.context["form"].errors)) == (422, wrong)
    assert page.titles[0].startswith(("Fejl:", "Error:"))
    if "organisation" not in fields:
        assert page.value_of("organisation") == "Beholdes"
    links = [a["href"] for a in page.all("a") if str(a.get("href")).startswith("#id_")]
    assert len(links) == len(wrong)
    identifiers = {attributes.get("id") for _tag, attributes in page.elements}
    assert {str(link)[1:] for link in links} <= identifiers
    assert whole_ledger() == before


def test_what_was_typed_comes_back_as_text(made: MadeEvent) -> None:
    nasty = '"><script>alert(1)</script>'

    response = send(made, name=nasty, email="")

    assert "<script>alert" not in response.content.decode()
    assert Page(response).value_of("name") == nasty


def test_text_that_is_not_utf8_is_refused_and_not_mangled(made: MadeEvent) -> None:
    body = urlencode(post_data(made) | {"name": b"\xe6\xf8\xe5 Larsen"})

    response = Client().post(made.url, body, content_type=URLENCODED)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["name"])


@pytest.mark.parametrize(
    "name", ["👩‍🚒 Ida", "Ida" + "\u0301" * 100, "עדה", "Ævar Þór", "O'Ida & Co"]
)
def test_names_that_people_have_are_accepted(made: MadeEvent, name: str) -> None:
    assert send(made, name=name).status_code == 303
    assert Registration.objects.get().name == name


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=x", b"--y\r\n", 422),
        ("application/json", b"{}", 422),
        ("text/plain; charset=bogus", b"x", 422),
        (f"{URLENCODED}; charset=bogus", b"name=x", 422),
        (URLENCODED, b"&".join(b"a%d=1" % n for n in range(1001)), 400),
        (URLENCODED, b"name=" + b"x" * 3_000_000, 400),
        ("", b"", 422),
    ],
)
def test_posts_of_other_shapes_are_errors_of_the_sender(
    made: MadeEvent, content_type: str, body: bytes, status: int
) -> None:
    response = Client(raise_request_exception=False).generic(
        "POST", made.url, body, content_type=content_type
    )

    assert response.status_code == status
    assert Registration.objects.count() == 0


# Where it comes from


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://andre.example"}, 403),
        ({"Origin": "https://andre.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Cookie": "csrftoken=abc"}, 403),
    ],
)
def test_only_the_page_itself_may_send_the_form(
    made: MadeEvent, headers: dict[str, str], status: int
) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(made.url, post_data(made), headers=headers)

    assert response.status_code == status
    assert Registration.objects.count() == (1 if status == 303 else 0)
    assert not response.cookies


# Times


def test_before_opening_and_after_closing_nothing_is_written(site: MadeSite) -> None:
    tomorrow = timezone.now() + dt.timedelta(days=1)
    early = make_event(registration_opens_at=tomorrow)
    late = make_event(registration_closes_on=timezone.localdate() - dt.timedelta(days=1))
    before = whole_ledger()

    answers = [send(made) for made in (early, late)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("postkasse@example.dk" in answer.content.decode() for answer in answers)
    assert whole_ledger() == before


def test_what_was_sent_just_after_closing_counts(site: MadeSite) -> None:
    made = make_event(starts_at=timezone.now() - dt.timedelta(seconds=20))

    assert visit(made.url).context["form"] is None
    assert send(made).status_code == 303
    assert states() == ["confirmed"]


# Changed between reading and sending


def test_a_page_taken_down_meanwhile_says_so(made: MadeEvent) -> None:
    made.page.unpublish()
    before = whole_ledger()

    response = send(made)

    assert response.status_code == 410
    assert "postkasse@example.dk" in response.content.decode()
    assert whole_ledger() == before
    assert visit(made.url).status_code == 404


def test_a_page_that_never_was_published_is_not_there(site: MadeSite) -> None:
    made = make_event(published=False)

    assert (visit(made.url).status_code, send(made).status_code) == (404, 404)


@pytest.mark.parametrize("with_version", [True, False])
def test_a_session_dropped_meanwhile_is_gone(site: MadeSite, with_version: bool) -> None:
    made = make_event(
        sessions=[SessionSpec("København"), SessionSpec("Vejle"), SessionSpec("Aalborg")]
    )
    key = str(made.session_key("Aalborg"))
    fields = {"form_version": hidden_version(made)} if with_version else {}
    drop_session(made, "Aalborg")

    response = send(made, event_session=key, **fields)

    assert response.status_code == 410
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("with_version", [True, False])
def test_a_session_dropped_meanwhile_is_gone_also_when_one_is_left(
    made: MadeEvent, with_version: bool
) -> None:
    fields = {"form_version": hidden_version(made)} if with_version else {}
    key = str(made.session_key("Aalborg"))
    drop_session(made, "Aalborg")

    response = send(made, event_session=key, **fields)

    # Not a seat at the session that is left, which they did not ask for.
    assert response.status_code == 410
    assert Registration.objects.count() == 0


def test_a_form_that_changed_meanwhile_is_shown_again_with_what_was_typed(
    made: MadeEvent,
) -> None:
    version = hidden_version(made)
    page = made.reload()
    (question,) = page.questions.all()
    question.label = "Hvor arbejder du?"
    page.questions = [question]
    publish(page)

    changed = send(made, name="Åse Bæk", organisation="Havnen", form_version=version)

    assert changed.status_code == 422
    assert Page(changed).value_of("name") == "Åse Bæk"
    assert Page(changed).value_of("organisation") == "Havnen"
    assert Registration.objects.count() == 0
    now = str(Page(changed).value_of("form_version"))
    assert now != version
    assert send(made, form_version=now).status_code == 303


def test_other_words_on_the_page_do_not_change_the_form(made: MadeEvent) -> None:
    version = hidden_version(made)
    page = made.reload()
    page.title, page.lead = "Andre ord", "Helt andre"
    publish(page)

    assert send(made, form_version=version).status_code == 303


def test_a_full_session_is_never_an_error(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 0)])

    response = send(made)

    assert response.status_code == 303
    assert visit(response["Location"]).context["outlook"] == "waiting"
    assert states() == ["waiting"]


def test_the_answers_are_read_with_the_form_they_were_given_to(made: MadeEvent) -> None:
    send(made, organisation="Havnen")
    page = made.reload()
    page.questions = []
    publish(page)

    registration = Registration.objects.get()

    assert [s.label for s in registration.submission.form_version.specs][-1] == "Organisation"
    assert registration.submission.answers["organisation"] == "Havnen"


def test_people_who_answer_the_same_form_share_its_version(made: MadeEvent) -> None:
    for _ in range(3):
        send(made)

    assert (FormVersion.objects.count(), Submission.objects.count()) == (1, 3)


# The receipt


@pytest.mark.parametrize(
    ("fields", "sessions", "outlook"),
    [
        ({}, [SessionSpec("Aalborg", 1)], "room"),
        ({}, [SessionSpec("Aalborg", 0)], "waiting"),
        ({"way_in": "application"}, [SessionSpec("Aalborg", 0)], "application"),
        (
            {"way_in": "application", "applications_hold_seat": True},
            [SessionSpec("Aalborg", 0)],
            "waiting",
        ),
        (
            {"way_in": "application", "applications_hold_seat": True},
            [SessionSpec("Aalborg", 1)],
            "application",
        ),
    ],
)
def test_the_receipt_says_what_to_expect(
    site: MadeSite, fields: dict[str, Any], sessions: list[SessionSpec], outlook: str
) -> None:
    made = make_event(sessions=sessions, audiences=[AudienceSpec("Politiker")], **fields)

    response = visit(
        send(made, name="Kanariefugl", audience=str(made.audience_key("Politiker")))["Location"]
    )

    assert response.context["outlook"] == outlook
    assert response.context["session"].row == EventSession.objects.get()
    assert response.context["audience_name"] == "Politiker"
    assert "Kanariefugl" not in response.content.decode()


def test_the_outlook_is_that_of_the_moment_of_sending(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)])
    first, second = send(made), send(made)

    outlooks = [visit(answer["Location"]).context["outlook"] for answer in (first, second)]

    assert outlooks == ["room", "waiting"]


def test_a_receipt_that_was_tampered_with_leads_back_to_the_page(made: MadeEvent) -> None:
    location = send(made)["Location"]
    base, _equals, signed = location.partition("?s=")
    broken = [signed[:-1], signed + "x", signed[1:], "", "x:y", "%00", signed.replace(":", "")]
    middle = len(signed) // 2
    broken.append(signed[:middle] + ("A" if signed[middle] != "A" else "B") + signed[middle + 1 :])
    other = signing.Signer(salt="other").sign_object({"s": "", "a": "", "o": "room", "v": ""})

    answers = [visit(f"{base}?s={text}") for text in [*broken, other]] + [visit(base)]

    assert {(a.status_code, a.get("Location")) for a in answers} == {(302, made.url)}


def test_a_receipt_outlives_the_session_it_was_for(made: MadeEvent) -> None:
    location = send(made, event_session=str(made.session_key("Aalborg")))["Location"]
    drop_session(made, "Aalborg")

    response = visit(location)

    assert (response.status_code, response.context["session"]) == (200, None)
