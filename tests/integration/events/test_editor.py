"""The bridge through Wagtail's admin: what editors do, and what the form refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from events.models import EventPage, EventQuestion, EventRecord, SeatPool, Todo
from tests.conftest import People, log_in
from tests.factories import (
    MadeEvent,
    MadeSite,
    UserFactory,
    copy_to_language,
    make_event,
    make_registration,
    publish,
)

from .editor import PUBLISH, SUBMIT, edit, edit_url, form_at, send, session_row
from .ledger import registrations_as_they_are, rows_of, whole_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    """Somebody who may do everything."""
    return log_in(UserFactory(is_superuser=True))


@pytest.fixture
def taken(made: MadeEvent) -> MadeEvent:
    """The event with three people in Aalborg and one in København."""
    for town in ("Aalborg", "Aalborg", "Aalborg", "København"):
        make_registration(made, session=town, audience_key=made.audience_key("Politiker"))
    return made


def capacities(made: MadeEvent) -> dict[str, int | None]:
    pools = SeatPool.objects.filter(event__key=made.key, kind="event_session", is_closed=False)
    return dict(pools.values_list("name", "capacity"))


def errors_of(response: Any) -> list[str]:
    """Return every message of the form that came back."""
    form = response.context["form"]
    found = [str(e) for errors in form.errors.values() for e in errors]
    for formset in form.formsets.values():
        for row in formset.forms:
            found += [str(e) for errors in row.errors.values() for e in errors]
    return found


# Writing


def test_a_page_written_and_published_in_the_admin_opens_registration(
    admin: Client, site: MadeSite
) -> None:
    url = reverse("wagtailadmin_pages:add", args=["kommed_events", "eventpage", site.home.pk])
    data = form_at(admin, url)
    starts_at = (timezone.localtime() + dt.timedelta(days=20)).replace(hour=13, minute=0)
    data["event_sessions-TOTAL_FORMS"] = "1"

    response = send(
        admin,
        url,
        data,
        action=PUBLISH,
        title="Åbne værksteder",
        slug="aabne-vaerksteder",
        starts_at=starts_at.strftime("%Y-%m-%d %H:%M"),
        ends_at=starts_at.replace(hour=16).strftime("%Y-%m-%d %H:%M"),
        **session_row(0, name="Aalborg", capacity="12"),
    )

    assert response.status_code == 302
    page = EventPage.objects.get(slug="aabne-vaerksteder")
    made = MadeEvent(page=page, record=EventRecord.objects.get())
    assert (page.live, made.event.is_live) == (True, True)
    assert capacities(made) == {"Aalborg": 12}
    assert timezone.localtime(made.event.starts_at).strftime("%H:%M") == "13:00"
    assert list(page.questions.values_list("clean_name", "autocomplete")) == [
        ("organisation", "organization")
    ]


def test_times_are_those_of_the_event_whatever_the_editor_has_chosen(
    admin: Client, site: MadeSite
) -> None:
    made = make_event(time_zone="America/New_York")

    shown = form_at(admin, edit_url(made.page))["starts_at"]
    edit(admin, made.page, action=PUBLISH)

    assert shown == made.page.starts_at.astimezone(made.page.zone).strftime("%Y-%m-%d %H:%M")
    assert made.event.starts_at == made.page.starts_at


def test_a_draft_saved_in_the_admin_changes_nothing(admin: Client, taken: MadeEvent) -> None:
    before = whole_ledger()

    response = edit(admin, taken.page, event_sessions__1__capacity="1", title="Kladde")

    assert response.status_code == 302
    assert taken.reload().latest_revision.content["title"] == "Kladde"
    assert whole_ledger() == before


def test_publishing_in_the_admin_changes_seats_and_keeps_keys(
    admin: Client, taken: MadeEvent
) -> None:
    before = registrations_as_they_are()
    keys = {name: taken.session_key(name) for name in ("København", "Aalborg")}

    response = edit(admin, taken.page, action=PUBLISH, event_sessions__1__capacity="60")

    assert response.status_code == 302
    assert capacities(taken) == {"København": 25, "Aalborg": 60}
    assert {name: taken.session_key(name) for name in keys} == keys
    assert registrations_as_they_are() == before


def test_a_session_added_in_the_admin_has_its_key_from_the_draft_on(
    admin: Client, taken: MadeEvent
) -> None:
    data = form_at(admin, edit_url(taken.page))
    data["event_sessions-TOTAL_FORMS"] = "3"
    row = session_row(2, name="Vejle", capacity="5", ORDER="3")
    send(admin, edit_url(taken.page), data, **row)
    draft = taken.reload().get_latest_revision_as_object()
    key = draft.event_sessions.get(name="Vejle").translation_key

    publish(draft)

    assert taken.session_key("Vejle") == key
    assert capacities(taken) == {"København": 25, "Aalborg": 25, "Vejle": 5}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_at": "2020-01-01 10:00"}, "ends_at"),
        ({"starts_at": ""}, "starts_at"),
        ({"slug": "admin"}, "slug"),
        ({"slug": "en"}, "slug"),
        ({"registration_closes_on": "2099-01-01"}, "registration_closes_on"),
        ({"registration_closes_time": "12:00"}, "registration_closes_on"),
        ({"registration_opens_at": "2099-01-01 10:00"}, "registration_opens_at"),
        ({"time_zone": "Europe/Aalborg"}, "time_zone"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_written(
    admin: Client, made: MadeEvent, changes: dict[str, str], message: str
) -> None:
    before = whole_ledger()

    response = edit(admin, made.page, action=PUBLISH, **changes)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [message])
    assert whole_ledger() == before


@pytest.mark.parametrize("capacity", ["-1", "1000000000000", "mange"])
def test_impossible_numbers_of_seats_are_refused(
    admin: Client, made: MadeEvent, capacity: str
) -> None:
    before = whole_ledger()

    response = edit(admin, made.page, action=PUBLISH, event_sessions__0__capacity=capacity)

    assert (response.status_code, len(errors_of(response))) == (200, 1)
    assert whole_ledger() == before


# Questions


def test_new_questions_get_readable_keys_of_their_own(admin: Client, made: MadeEvent) -> None:
    data = form_at(admin, edit_url(made.page))
    labels = ["Følsom kost på Ærø?", "🎉", "Navn", "Name", "Organisation"]
    data["questions-TOTAL_FORMS"] = str(1 + len(labels))
    for number, label in enumerate(labels, start=1):
        row = {"label": label, "field_type": "singleline", "help_text": "", "choices": ""}
        row |= {"autocomplete": "", "id": "", "ORDER": str(number + 1), "DELETE": ""}
        row |= {"legal_basis": "public_task", "privacy_class": "ordinary", "keep_days": "90"}
        data.update({f"questions-{number}-{name}": value for name, value in row.items()})

    response = send(admin, edit_url(made.page), data, action=PUBLISH)

    assert response.status_code == 302
    keys = list(EventQuestion.objects.order_by("sort_order").values_list("clean_name", flat=True))
    assert keys == [
        "organisation",
        "foelsom_kost_paa_aeroe",
        "question",
        "navn",
        "name_2",
        "organisation_2",
    ]


def test_renaming_a_question_keeps_its_key(admin: Client, made: MadeEvent) -> None:
    edit(admin, made.page, action=PUBLISH, questions__0__label="Arbejdsplads")

    question = made.reload().questions.get()
    assert (question.label, question.clean_name) == ("Arbejdsplads", "organisation")


# Dropping what is taken


@pytest.mark.parametrize("action", [PUBLISH, SUBMIT])
def test_a_taken_session_cannot_be_dropped_in_the_form(
    admin: Client, taken: MadeEvent, action: str
) -> None:
    before = whole_ledger()

    response = edit(admin, taken.page, action=action, event_sessions__1__DELETE="1")

    assert response.status_code == 200
    (message,) = errors_of(response)
    assert "3" in message
    assert "Aalborg" in message
    assert whole_ledger() == before


def test_a_taken_audience_cannot_be_dropped_in_the_form(admin: Client, taken: MadeEvent) -> None:
    before = whole_ledger()

    response = edit(admin, taken.page, action=PUBLISH, audiences__0__DELETE="1")

    (message,) = errors_of(response)
    assert ("4" in message, "Politiker" in message) == (True, True)
    assert whole_ledger() == before


def test_scheduling_without_a_taken_session_is_refused_too(admin: Client, taken: MadeEvent) -> None:
    before = whole_ledger()

    response = edit(
        admin,
        taken.page,
        action=PUBLISH,
        event_sessions__1__DELETE="1",
        go_live_at="2099-01-01 10:00",
    )

    assert response.status_code == 200
    assert any("Aalborg" in message for message in errors_of(response))
    assert whole_ledger() == before


def test_a_draft_may_drop_what_is_taken(admin: Client, taken: MadeEvent) -> None:
    before = whole_ledger()

    response = edit(admin, taken.page, event_sessions__1__DELETE="1")

    assert response.status_code == 302
    assert whole_ledger() == before


def test_bulk_publishing_a_draft_that_drops_a_session_keeps_and_closes_it(
    admin: Client, taken: MadeEvent
) -> None:
    edit(admin, taken.page, event_sessions__1__DELETE="1")
    before = registrations_as_they_are()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = admin.post(f"{url}?id={taken.page.pk}")

    assert response.status_code == 302
    assert registrations_as_they_are() == before
    pools = SeatPool.objects.filter(kind="event_session").values_list("name", "is_closed")
    assert dict(pools) == {"København": False, "Aalborg": True}
    assert ("event_session_dropped", "Aalborg") in Todo.objects.values_list("kind", "name")


# Translations


def test_what_steers_is_read_only_in_a_translation(
    admin: Client, taken: MadeEvent, site: MadeSite
) -> None:
    english = publish(copy_to_language(taken.page, site.english, title="Open workshops"))
    before = rows_of(SeatPool), rows_of(EventRecord)

    form = admin.get(edit_url(english)).context["form"]
    response = edit(
        admin,
        english,
        action=PUBLISH,
        title="Open doors",
        capacity="1",
        way_in="application",
        event_sessions__0__capacity="1",
    )

    assert form.fields["capacity"].disabled
    assert form.formsets["event_sessions"].forms[0].fields["capacity"].disabled
    assert response.status_code == 302
    assert EventPage.objects.get(pk=english.pk).title == "Open doors"
    pools, (record,) = rows_of(SeatPool), rows_of(EventRecord)
    assert pools == before[0]
    assert record | {"updated_at": None} == before[1][0] | {"updated_at": None}


# Taking down and deleting


def deletion(page: Any) -> str:
    return reverse("wagtailadmin_pages:delete", args=[page.pk])


def test_deleting_a_page_with_registrations_asks_first_in_words(
    admin: Client, taken: MadeEvent
) -> None:
    before = whole_ledger()

    asked = admin.post(deletion(taken.page))

    assert asked.status_code == 200
    assert "kommed_events/admin/confirm_deletion.html" in [t.name for t in asked.templates]
    assert [(e.key, number) for e, number in asked.context["events"]] == [(taken.key, 4)]
    assert EventPage.objects.filter(pk=taken.page.pk).exists()
    assert whole_ledger() == before

    # The answer leads to Wagtail's own question, and only that one deletes.
    answered = admin.post(deletion(taken.page), {asked.context["acknowledged"]: "1"})
    assert answered["Location"] == deletion(taken.page)
    wagtails = admin.get(deletion(taken.page))
    assert "wagtailadmin/pages/confirm_delete.html" in [t.name for t in wagtails.templates]
    assert EventPage.objects.filter(pk=taken.page.pk).exists()
    done = admin.post(deletion(taken.page))
    assert done.status_code == 302
    assert not EventPage.objects.filter(pk=taken.page.pk).exists()
    assert len(rows_of(EventRecord)) == len(before["events"])
    assert rows_of(SeatPool) == before["pools"]


def test_deleting_a_parent_asks_too(admin: Client, site: MadeSite) -> None:
    folder = site.home.add_child(instance=Page(title="Mappe", slug="mappe"))
    made = make_event(parent=folder)
    make_registration(made)

    asked = admin.post(deletion(folder))

    assert [number for _event, number in asked.context["events"]] == [1]
    assert Page.objects.filter(pk=folder.pk).exists()


def test_deleting_many_at_once_asks_too(admin: Client, taken: MadeEvent, other: MadeEvent) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    path = f"{url}?id={taken.page.pk}&id={other.page.pk}"

    asked = admin.post(path)

    assert [(e.key, number) for e, number in asked.context["events"]] == [(taken.key, 4)]
    assert EventPage.objects.count() == 2
    assert admin.post(path, {asked.context["acknowledged"]: "1"})["Location"] == path
    assert EventPage.objects.count() == 2
    done = admin.post(path)
    assert (done.status_code, EventPage.objects.count()) == (302, 0)
    assert EventRecord.objects.count() == 2


def test_deleting_a_page_without_registrations_asks_only_what_wagtail_asks(
    admin: Client, made: MadeEvent
) -> None:
    response = admin.post(deletion(made.page))

    assert response.status_code == 302
    assert not EventPage.objects.filter(pk=made.page.pk).exists()


def test_unpublishing_in_the_admin_closes(admin: Client, taken: MadeEvent) -> None:
    before = registrations_as_they_are()

    admin.post(reverse("wagtailadmin_pages:unpublish", args=[taken.page.pk]))

    assert not taken.event.is_live
    assert registrations_as_they_are() == before


# Editing gives no right to registrations


def test_wagtails_list_of_submissions_leads_to_the_desk(
    admin: Client, people: People, taken: MadeEvent
) -> None:
    url = reverse("wagtailforms:list_submissions", args=[taken.page.pk])

    answers = [client.get(url) for client in (admin, log_in(people.editor), log_in(people.staff))]

    # The desk has rights of its own: the editor is turned away there.
    desk = f"/admin/registrations/{taken.key}/"
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, desk)] * 3
    assert log_in(people.editor).get(desk).status_code == 404


def test_wagtails_list_of_forms_hides_events_one_may_not_see(
    people: People, taken: MadeEvent
) -> None:
    html = log_in(people.editor).get(reverse("wagtailforms:index")).content.decode()

    assert "Åbne værksteder" not in html


@pytest.mark.parametrize("mode", ["open", "not_yet_open", "closed", "full", "check", "receipt"])
def test_every_preview_shows_the_draft_and_touches_no_ledger(
    admin: Client, taken: MadeEvent, mode: str
) -> None:
    before = whole_ledger()
    data = form_at(admin, edit_url(taken.page))
    data["title"] = "Kladdens titel"
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[taken.page.pk])

    assert admin.post(preview, data).json()["is_valid"]
    response = admin.get(f"{preview}?mode={mode}")

    assert response.status_code == 200
    assert "Kladdens titel" in response.content.decode()
    assert whole_ledger() == before
