"""Sending files on the pages, and reading them at the desks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import EventQuestion, Registration
from forms.models import Message, Submission, Upload
from tests.conftest import People, log_in
from tests.factories import (
    FormAccessFactory,
    MadeEvent,
    MadeForm,
    MadeSite,
    UserFactory,
    make_form,
    opened_a_while_ago,
    publish,
)
from tests.integration.events.visitor import Page, send
from tests.unit.forms.files import PDF, TEXT, telling_picture

from .uploading import files_below, sent, take_files

pytestmark = pytest.mark.django_db

MEGABYTES_10 = 10 * 1024 * 1024


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of a site that takes files."""
    return take_files(settings, tmp_path / "uploads")


@pytest.fixture
def event(made: MadeEvent) -> MadeEvent:
    """An event that asks for a CV, and may be told of an illness."""
    page = made.reload()
    page.questions = [
        EventQuestion(label="CV", field_type="file", required=True),
        EventQuestion(
            label="Attest",
            field_type="file",
            privacy_class="special",
            special_basis="explicit_consent",
        ),
    ]
    made.page = publish(page)
    return made


@pytest.fixture
def form(site: MadeSite) -> MadeForm:
    """A form of its own that asks for a name and a file, and lets one check one's answers."""
    return make_form(
        questions=[
            {"label": "Navn", "field_type": "singleline", "required": True},
            {"label": "Bilag", "field_type": "file", "required": True},
        ],
        check_answers=True,
    )


def send_form(form: MadeForm, **fields: Any) -> HttpResponse:
    """Send ``form`` as a stranger on its page does."""
    client = Client(enforce_csrf_checks=True)
    data = opened_a_while_ago(form.key) | fields
    return client.post(  # type: ignore[return-value]
        form.url, data, headers={"Sec-Fetch-Site": "same-origin"}
    )


# The event page


def test_a_registration_comes_with_its_file(event: MadeEvent, folder: Path) -> None:
    response = send(event, cv=sent(telling_picture(), "åse.jpg"))

    assert response.status_code == 303
    registration = Registration.objects.get()
    upload = registration.submission.uploads.get()
    (kept,) = files_below(folder)
    assert registration.submission.answers["cv"]["upload"] == str(upload.uuid)
    assert (upload.name, upload.size) == ("åse.jpg", len(kept))
    assert b"Kanariefugl" not in kept


def test_the_page_can_send_files(event: MadeEvent) -> None:
    page = Page(Client().get(event.url))  # type: ignore[arg-type]

    (form,) = page.all("form", method="post")
    assert form["enctype"] == "multipart/form-data"
    assert [field["type"] for field in page.all("input", name="cv")] == ["file"]


def test_a_file_waits_while_another_answer_is_mended(event: MadeEvent, folder: Path) -> None:
    first = send(event, email="nej", cv=sent())
    assert first.status_code == 422
    assert (Upload.objects.unclaimed().count(), files_below(folder)) == (1, [PDF])
    page = Page(first)
    assert "cv.pdf" in page.text

    second = send(event, cv__kept=page.value_of("cv__kept"))

    assert second.status_code == 303
    upload = Registration.objects.get().submission.uploads.get()
    assert (upload.name, Upload.objects.count(), files_below(folder)) == ("cv.pdf", 1, [PDF])


def test_the_form_without_its_file_is_not_sent(event: MadeEvent) -> None:
    for wrong in ({}, {"cv": "cv.pdf"}, {"cv__kept": "x"}, {"cv": sent(b"<svg/>")}):
        assert send(event, **wrong).status_code == 422
    assert (Registration.objects.count(), Upload.objects.count()) == (0, 0)


def test_the_same_file_twice_is_one_registration(event: MadeEvent) -> None:
    person = {"name": "Åse", "email": "aase@example.dk"}

    assert send(event, **person, cv=sent()).status_code == 303
    assert send(event, **person, cv=sent()).status_code == 303

    assert Registration.objects.count() == 1
    assert list(Message.objects.filter(to="aase@example.dk").values_list("kind", flat=True)) == [
        "confirmed"
    ]
    assert Upload.objects.unclaimed().count() == 1


def test_another_file_is_another_answer(event: MadeEvent) -> None:
    person = {"name": "Åse", "email": "aase@example.dk"}
    send(event, **person, cv=sent())

    send(event, **person, cv=sent(TEXT))

    assert list(
        Message.objects.filter(to="aase@example.dk").order_by("pk").values_list("kind", flat=True)
    ) == ["confirmed", "already_registered"]


def test_a_kept_file_twice_is_one_registration_and_serves_the_next_person(
    event: MadeEvent, folder: Path
) -> None:
    reference = Page(send(event, email="nej", cv=sent())).value_of("cv__kept")
    person = {"name": "Åse", "email": "aase@example.dk"}

    send(event, **person, cv__kept=reference)
    send(event, **person, cv__kept=reference)
    send(event, name="Bo", email="bo@example.dk", cv__kept=reference)

    assert Registration.objects.count() == 2
    owners = Upload.objects.exclude(submission=None).values_list("submission", flat=True)
    assert set(owners) == set(Registration.objects.values_list("submission", flat=True))


def test_too_much_at_once_is_refused_without_a_crash(event: MadeEvent, folder: Path) -> None:
    too_large = send(event, cv=sent(b"a" * MEGABYTES_10))
    many = send(event, **{f"file{number}": sent() for number in range(101)})
    endless = send(event, **{f"file{number}": sent(b"a" * MEGABYTES_10) for number in range(5)})

    assert [too_large.status_code, many.status_code, endless.status_code] == [422, 400, 400]
    assert (Upload.objects.count(), files_below(folder)) == (0, [])


def test_files_that_nobody_asked_for_are_not_kept(event: MadeEvent, folder: Path) -> None:
    assert send(event, cv=sent(), name_=sent(TEXT), organisation=sent(TEXT)).status_code == 303

    assert files_below(folder) == [PDF]


def test_a_site_without_files_takes_none(event: MadeEvent, folder: Path, settings: Any) -> None:
    settings.KOMMED_UPLOADS = False

    assert send(event, cv=sent()).status_code == 303

    assert (Upload.objects.count(), files_below(folder)) == (0, [])
    assert "cv" not in Registration.objects.get().submission.answers


@pytest.mark.parametrize("name", ["../../x.pdf", "a\0b.pdf", "\u202efdp.exe", "å" * 300 + ".pdf"])
def test_no_name_leads_astray(event: MadeEvent, folder: Path, name: str) -> None:
    assert send(event, cv=sent(name=name)).status_code == 303

    upload = Upload.objects.get()
    assert (upload.name.isprintable(), "/" in upload.name, len(upload.name) <= 120) == (
        True,
        False,
        True,
    )
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [upload.uuid.hex]


# A form of its own, with a step to check the answers


def test_a_file_survives_the_check_and_is_sent_with_the_form(form: MadeForm, folder: Path) -> None:
    wrong = send_form(form, bilag=sent())
    assert wrong.status_code == 422
    reference = Page(wrong).value_of("bilag__kept")

    check = send_form(form, navn="Åse", bilag__kept=reference)
    assert (check.status_code, Submission.objects.count()) == (200, 0)
    assert "cv.pdf" in Page(check).text
    carried = Page(check).value_of("bilag__kept")
    changed = send_form(form, navn="Åse", bilag__kept=carried, form_step="change")
    assert Page(changed).value_of("bilag__kept") == carried

    assert send_form(form, navn="Åse", bilag__kept=carried, form_step="send").status_code == 303
    submission = Submission.objects.get()
    assert submission.uploads.get().name == "cv.pdf"
    assert files_below(folder) == [PDF]


def test_a_file_that_came_with_the_last_word_is_checked_too(form: MadeForm) -> None:
    check = send_form(form, navn="Åse", bilag=sent())

    assert check.status_code == 200
    carried = Page(check).value_of("bilag__kept")
    # The same page sent twice: on a slow machine each would have been opened at another moment.
    again = opened_a_while_ago(form.key) | {"navn": "Åse", "bilag__kept": carried}
    send_form(form, **again, form_step="send")
    send_form(form, **again, form_step="send")

    assert Submission.objects.count() == 1


def test_a_form_that_has_closed_keeps_no_files(form: MadeForm, folder: Path) -> None:
    page = form.reload()
    page.closes_at = timezone.now() - dt.timedelta(days=1)
    publish(page)

    assert send_form(form, bilag=sent()).status_code == 409
    assert (Upload.objects.count(), files_below(folder)) == (0, [])


def test_a_reference_is_no_good_on_another_page(form: MadeForm, event: MadeEvent) -> None:
    other = make_form(questions=[{"label": "Bilag", "field_type": "file", "required": True}])
    reference = Page(send_form(form, bilag=sent())).value_of("bilag__kept")

    assert send_form(other, bilag__kept=reference).status_code == 422
    assert Submission.objects.count() == 0


# The desks


def event_file(event: MadeEvent, registration: Registration, key: str = "cv") -> str:
    return reverse("kommed_events_desk:upload", args=[event.key, registration.uuid, key])


def fetch(client: Client, url: str) -> tuple[int, bytes]:
    """Return status and content of an answer, read to its end."""
    response: Any = client.get(url)
    content = response.getvalue()  # and closes the file
    return response.status_code, content


def status(user: Any, url: str) -> int:
    return fetch(log_in(user), url)[0]


def test_a_file_is_handed_out_to_be_saved_and_never_shown(people: People, event: MadeEvent) -> None:
    send(event, cv=sent(name="Åses cv.pdf"))
    registration = Registration.objects.get()
    client = log_in(people.staff)

    response: Any = client.get(event_file(event, registration))

    assert response.getvalue() == PDF
    assert {name: response[name] for name in HEADERS} == HEADERS
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    detail = client.get(
        reverse("kommed_events_desk:detail", args=[event.key, registration.uuid])
    ).content.decode()
    assert event_file(event, registration) in detail
    assert "Åses cv.pdf" in detail


HEADERS = {
    "Content-Type": "application/pdf",
    "Content-Disposition": "attachment; filename*=utf-8''%C3%85ses%20cv.pdf",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def test_a_file_is_for_those_who_may_read_the_registration(
    people: People, event: MadeEvent, other: MadeEvent
) -> None:
    send(event, cv=sent(), event_session=str(event.session_key("Aalborg")))
    registration = Registration.objects.get()
    url = event_file(event, registration)

    seen = {
        name: status(getattr(people, name), url)
        for name in ("admin", "staff", "host", "reader", "outsider")
    }

    assert seen == {"admin": 200, "staff": 200, "host": 200, "reader": 200, "outsider": 404}
    assert status(people.editor, url) in (302, 403)
    assert status(people.nobody, url) in (302, 403)
    assert Client().get(url).status_code == 302
    admin = log_in(people.admin)
    assert admin.get(event_file(other, registration)).status_code == 404
    assert admin.get(event_file(event, registration, "attest")).status_code == 404
    assert admin.post(url).status_code == 405


def test_a_file_of_a_special_category_is_for_those_who_may_see_such(
    people: People, event: MadeEvent
) -> None:
    send(event, cv=sent(), attest=sent(TEXT, "attest.txt"))
    registration = Registration.objects.get()
    url = event_file(event, registration, "attest")

    assert fetch(log_in(people.staff), url) == (200, TEXT)
    assert status(people.reader, url) == 404
    assert status(people.reader, event_file(event, registration)) == 200


def test_a_file_of_a_form_is_for_those_who_may_read_the_form(
    people: People, form: MadeForm
) -> None:
    send_form(form, navn="Åse", bilag=sent(), form_step="send")
    submission = Submission.objects.get()
    reader = UserFactory(username="form-reader")
    reader.groups.set(people.nobody.groups.all())
    FormAccessFactory(user=reader, form_key=form.key)
    stranger = UserFactory(username="form-stranger")
    stranger.groups.set(people.nobody.groups.all())
    FormAccessFactory(user=stranger, form_key=make_form().key)
    url = reverse("kommed_forms_desk:upload", args=[form.key, submission.uuid, "bilag"])

    assert fetch(log_in(reader), url) == (200, PDF)
    assert status(stranger, url) == 404
    assert status(people.staff, url) in (302, 403)
    detail = reverse("kommed_forms_desk:submission", args=[form.key, submission.uuid])
    assert url in log_in(reader).get(detail).content.decode()


def test_a_file_that_is_not_there_any_more_is_not_found(
    people: People, event: MadeEvent, folder: Path
) -> None:
    send(event, cv=sent())
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()

    url = event_file(event, Registration.objects.get())

    assert status(people.admin, url) == 404


def test_the_site_is_in_order() -> None:
    call_command("check")
