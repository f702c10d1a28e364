"""Writing to many: whom it finds, that each gets it once, and what stops it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from events.actions.change_state import change_state
from events.actions.mailings import change_mailing, draft_mailing, send_mailing, stop_mailing
from events.enums import MailingState, RegistrationAction
from events.exceptions import MailingMovedOn, MailingWithoutWords, NobodyToWriteTo
from events.jobs import mailings as job
from events.jobs.mailings import send_due_mailings
from events.models import EventAccess, Mailing, Registration
from events.queries.mailing_recipients import BOUNCED, NOT_BOUNCED, MailingFilter, find_recipients
from forms.enums import Delivery, MessageState
from forms.mail.deliveries import note_delivery
from forms.mail.dispatch import dispatch_due
from forms.mail.render import render_message
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import MadeEvent, make_registration

pytestmark = pytest.mark.django_db

WORDS = {"da": {"subject": "Nyt om {event_title}", "text": "Kære {name}, husk støvler."}}
CONFIRMED = MailingFilter(states=("confirmed",))


def a_draft(
    made: MadeEvent, by: Any, wanted: MailingFilter = CONFIRMED, words: Any = WORDS
) -> Mailing:
    return draft_mailing(event=made.event, wanted=wanted, words=words, by=by)


def written(mailing: Mailing) -> list[Message]:
    return list(Message.objects.filter(batch_key=mailing.uuid).order_by("id"))


def addresses(mailing: Mailing) -> set[str]:
    return {message.to for message in written(mailing)}


def fresh(mailing: Mailing) -> Mailing:
    found: Mailing = Mailing.objects.get(pk=mailing.pk)
    return found


def found_by(made: MadeEvent, by: Any, **wanted: Any) -> set[int]:
    chosen = MailingFilter(**{"states": ("confirmed",), **wanted})
    return set(find_recipients(event=made.event, wanted=chosen, writer=by).ids)


def bounce(registration: Registration) -> None:
    message = Message.objects.filter(subject_key=registration.uuid).first()
    assert message is not None
    note_delivery(message=message, delivery=Delivery.BOUNCED, happened_at=timezone.now())


@pytest.fixture
def two(made: MadeEvent) -> tuple[Registration, Registration]:
    """Somebody at each place."""
    return (
        make_registration(made, session="København"),
        make_registration(made, session="Aalborg"),
    )


# Whom it finds


def test_it_finds_by_state_session_and_delivery(
    people: People, made: MadeEvent, two: tuple[Registration, Registration]
) -> None:
    here, there = two
    gone = make_registration(made, session="Aalborg")
    change_state(registration=gone, action=RegistrationAction.CANCEL, by=people.admin)
    aalborg = str(made.session_key("Aalborg"))
    writer = people.staff

    assert found_by(made, writer) == {here.pk, there.pk}
    assert found_by(made, writer, sessions=(aalborg,)) == {there.pk}
    assert found_by(made, writer, states=("cancelled",)) == {gone.pk}
    assert found_by(made, writer, states=("confirmed", "cancelled"), sessions=(aalborg,)) == {
        there.pk,
        gone.pk,
    }
    assert found_by(made, writer, sessions=(str(uuid.uuid4()),)) == set()
    assert found_by(made, writer, sessions=("no key",)) == set()
    assert found_by(made, writer, bounced=NOT_BOUNCED) == {here.pk, there.pk}
    assert found_by(made, writer, bounced=BOUNCED) == set()


def test_an_address_that_bounced_is_left_out_and_said_so(
    people: People, made: MadeEvent, two: tuple[Registration, Registration]
) -> None:
    here, there = two
    bounce(here)

    found = find_recipients(event=made.event, wanted=CONFIRMED, writer=people.staff)

    assert (found.ids, found.left_out) == ([there.pk], [here.pk])
    mailing = a_draft(made, people.staff)
    send_mailing(mailing=mailing, by=people.staff)
    send_due_mailings()
    assert addresses(mailing) == {there.email}


def test_who_writes_reaches_only_those_they_may_write_to(
    people: People, made: MadeEvent, two: tuple[Registration, Registration]
) -> None:
    _here, there = two

    assert found_by(made, people.host) == {there.pk}
    assert found_by(made, people.outsider) == set()
    with pytest.raises(PermissionDenied):
        a_draft(made, people.reader)


def test_a_right_that_is_lost_before_it_leaves_narrows_or_stops_it(
    people: People, made: MadeEvent, two: tuple[Registration, Registration]
) -> None:
    _here, there = two
    narrowed, stopped = a_draft(made, people.staff), a_draft(made, people.host)
    send_mailing(mailing=narrowed, by=people.staff)
    send_mailing(mailing=stopped, by=people.host)
    access = EventAccess.objects.filter(user=people.staff) | EventAccess.objects.filter(
        group__user=people.staff
    )
    access.update(event_session_key=made.session_key("Aalborg"))
    EventAccess.objects.filter(user=people.host).delete()

    send_due_mailings()

    assert addresses(narrowed) == {there.email}
    assert written(stopped) == []
    assert fresh(stopped).state == MailingState.CANCELLED


# Sending


@pytest.mark.usefixtures("two")
def test_each_gets_one_in_their_name_and_it_is_done_once_all_have_left(
    people: People, made: MadeEvent, mailoutbox: Any
) -> None:
    mailing = a_draft(made, people.staff)
    assert send_mailing(mailing=mailing, by=people.staff) == 2
    assert written(mailing) == []

    assert send_due_mailings() == 2
    assert send_due_mailings() == 0
    assert fresh(mailing).state == MailingState.SENDING
    dispatch_due()
    send_due_mailings()

    assert fresh(mailing).state == MailingState.DONE
    mine = [mail for mail in mailoutbox if "støvler" in mail.body]
    assert sorted(mail.to[0] for mail in mine) == sorted(addresses(mailing))
    assert all(mail.subject == f"Nyt om {made.event.title}" for mail in mine)
    assert {message.priority for message in written(mailing)} == {5}


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One person at a time."""
    monkeypatch.setattr(job, "BATCH", 1)
    yield


@pytest.mark.usefixtures("two", "small_batches")
def test_what_breaks_off_between_two_is_gone_on_with_and_nobody_gets_two(
    people: People, made: MadeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_registration(made)
    mailing = a_draft(made, people.staff)
    send_mailing(mailing=mailing, by=people.staff)
    queue = job.queue_mailing
    calls: list[int] = []

    def dies_at_the_second(*arguments: Any, **named: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError
        return queue(*arguments, **named)

    monkeypatch.setattr(job, "queue_mailing", dies_at_the_second)
    send_due_mailings()
    assert len(written(mailing)) == 1
    late = make_registration(made)
    Mailing.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    send_due_mailings()

    assert len(written(mailing)) == len(addresses(mailing)) == 3
    assert late.email not in addresses(mailing)
    assert fresh(mailing).total == 3


@pytest.mark.usefixtures("two", "small_batches")
def test_while_somebody_has_it_nobody_else_works_on_it(people: People, made: MadeEvent) -> None:
    mailing = a_draft(made, people.staff)
    send_mailing(mailing=mailing, by=people.staff)
    Mailing.objects.update(lease_until=timezone.now() + dt.timedelta(minutes=5))

    assert send_due_mailings() == 0
    assert written(mailing) == []


@pytest.mark.usefixtures("two")
def test_what_is_stopped_does_not_leave(people: People, made: MadeEvent, mailoutbox: Any) -> None:
    mailing = a_draft(made, people.staff)
    send_mailing(mailing=mailing, by=people.staff)
    send_due_mailings()

    assert stop_mailing(mailing=mailing, by=people.staff) == 2

    dispatch_due()
    assert [mail for mail in mailoutbox if "støvler" in mail.body] == []
    assert {message.state for message in written(mailing)} == {MessageState.ABORTED}
    with pytest.raises(MailingMovedOn):
        stop_mailing(mailing=mailing, by=people.staff)


def test_who_has_cancelled_meanwhile_gets_none(
    people: People, made: MadeEvent, two: tuple[Registration, Registration], mailoutbox: Any
) -> None:
    here, there = two
    mailing = a_draft(made, people.staff)
    send_mailing(mailing=mailing, by=people.staff)
    send_due_mailings()
    change_state(registration=here, action=RegistrationAction.CANCEL, by=people.admin)

    dispatch_due()

    assert [m.to[0] for m in mailoutbox if "støvler" in m.body] == [there.email]


@pytest.mark.usefixtures("two")
def test_it_waits_for_its_time(people: People, made: MadeEvent) -> None:
    mailing = a_draft(made, people.staff)
    at = timezone.now() + dt.timedelta(hours=1)
    send_mailing(mailing=mailing, at=at, by=people.staff)

    assert send_due_mailings() == 0
    assert send_due_mailings(now=lambda: at) == 2


# What cannot be sent


def test_nobody_no_words_and_somebody_elses_are_refused(
    people: People, made: MadeEvent, two: tuple[Registration, Registration]
) -> None:
    nobody = a_draft(made, people.staff, MailingFilter(states=("declined",)))
    with pytest.raises(NobodyToWriteTo):
        send_mailing(mailing=nobody, by=people.staff)
    Registration.objects.filter(pk=two[0].pk).update(language="en")
    mailing = a_draft(made, people.staff)
    with pytest.raises(MailingWithoutWords):
        send_mailing(mailing=mailing, by=people.staff)
    with pytest.raises(PermissionDenied):
        send_mailing(mailing=mailing, by=people.admin)
    english = {"en": {"subject": "News", "text": "Bring boots."}}
    change_mailing(mailing=mailing, words=WORDS | english, by=people.staff)
    send_mailing(mailing=mailing, by=people.staff)
    with pytest.raises(MailingMovedOn):
        change_mailing(mailing=mailing, words=WORDS, by=people.staff)
    send_due_mailings()
    by_language = {m.language: render_message(m).subject for m in written(mailing)}
    assert by_language == {"da": f"Nyt om {made.event.title}", "en": "News"}


def test_hostile_words_stay_words(people: People, made: MadeEvent) -> None:
    make_registration(made, name="{reference} <script>alert(1)</script>")
    words = {
        "da": {
            "subject": "Hej\nBcc: alle@example.dk",
            "text": "{name} {{7*7}} {% load x %} {name.__class__} <b>",
        }
    }
    mailing = a_draft(made, people.staff, words=words)
    send_mailing(mailing=mailing, by=people.staff)
    send_due_mailings()
    (message,) = written(mailing)

    mail = render_message(message)

    assert mail.subject == "Hej Bcc: alle@example.dk"
    assert "{reference} <script>alert(1)</script>" in mail.text
    assert "<script>" not in mail.html
    assert "&lt;b&gt;" in mail.html
    assert "49" not in mail.text.partition("{{7*7}}")[0]
    assert "{name.__class__}" in mail.text


# Screens


def url(name: str, made: MadeEvent, *more: Any) -> str:
    return reverse(f"kommed_events_desk:{name}", args=[made.key, *more])


@pytest.mark.usefixtures("two")
def test_wrong_words_are_told_and_kept(people: People, made: MadeEvent) -> None:
    mailing = a_draft(made, people.staff, words={})
    client = log_in(people.staff)
    where = url("mailing_words", made, mailing.uuid)

    answer = client.post(where, {"subject_da": "Hej {nmae}", "text_da": ""})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"subject_da", "text_da"}
    assert "{nmae}" in answer.content.decode()
    assert fresh(mailing).words == {}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("when", ["", "2001-01-01T10:00", "2027-03-28T02:30", "i morgen"])
def test_a_time_that_is_over_or_not_there_is_refused(
    people: People, made: MadeEvent, when: str
) -> None:
    mailing = a_draft(made, people.staff)
    answer = log_in(people.staff).post(
        url("mailing_review", made, mailing.uuid), {"when": "later", "send_at": when}
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"send_at"}
    assert fresh(mailing).state == MailingState.DRAFT


@pytest.mark.parametrize("number", [1, 3])
def test_the_screens_cost_the_same_however_many_there_are(
    people: People, made: MadeEvent, count_queries: Callable[[int], Any], number: int
) -> None:
    for _ in range(number):
        make_registration(made)
    for _ in range(number):
        sent = a_draft(made, people.staff)
        send_mailing(mailing=sent, by=people.staff)
    send_due_mailings()
    Message.objects.filter(batch_key=sent.uuid).update(state=MessageState.FAILED)
    draft = a_draft(made, people.staff)
    client = log_in(people.staff)
    client.get(url("mailings", made))  # what is kept in caches is there

    for name, more, queries in (
        ("mailings", (), LIST_QUERIES),
        ("mailing_new", (), PEOPLE_QUERIES),
        ("mailing_review", (draft.uuid,), REVIEW_QUERIES),
        ("mailing", (sent.uuid,), PROGRESS_QUERIES),
    ):
        with count_queries(queries):
            assert client.get(url(name, made, *more)).status_code == 200


LIST_QUERIES, PEOPLE_QUERIES, REVIEW_QUERIES, PROGRESS_QUERIES = 20, 22, 26, 23
