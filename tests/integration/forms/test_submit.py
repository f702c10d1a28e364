"""Sending a form of its own: what is kept, what a repeat is, and places that only so many take."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from forms.actions.submit import keep_form_version, submit_form
from forms.enums import Suspicion
from forms.exceptions import ChoiceFull, FormClosed, FormNotOpen
from forms.mail.dispatch import dispatch_due
from forms.models import Message, PostCount, Submission, TakenPlace
from forms.protection.sending import Sending
from forms.queries.places import places_left
from tests.factories import FormAccessFactory, MadeForm, UserFactory, make_form, publish

from .sending import ANSWERS, at, send

pytestmark = pytest.mark.django_db

PLACES = (
    {
        "label": "Tur",
        "field_type": "radio",
        "required": False,
        "choices": [
            {"key": "skov", "label": "Skov", "places": 2},
            {"key": "strand", "label": "Strand", "places": None},
        ],
    },
    {
        "label": "Mad",
        "field_type": "checkboxes",
        "required": False,
        "choices": [
            {"key": "suppe", "label": "Suppe", "places": 1},
            {"key": "kage", "label": "Kage", "places": 3},
        ],
    },
)


def test_what_was_sent_is_kept_as_it_was(site: Any) -> None:
    form = make_form()
    moment = timezone.now()

    done = send(form, now=at(moment), suspicion=Suspicion.HONEYPOT)

    kept = Submission.objects.get()
    assert (done.submission, done.is_new) == (kept, True)
    assert (kept.answers, kept.submitted_at, kept.suspicion) == (ANSWERS, moment, "honeypot")
    assert (kept.form_record, kept.form_version.specs) == (
        form.record,
        form.page.question_specs(),
    )
    entry = ModelLogEntry.objects.get(action="kommed_forms.submission.submit")
    assert (entry.label, entry.user, entry.timestamp) == (str(kept.uuid), None, moment)
    assert entry.data == {"form": str(form.key)}


# Repeats


def test_the_same_answers_within_a_day_are_one_submission_and_one_mail(site: Any) -> None:
    form = make_form(copy_to_sender=True)
    first_at = timezone.now() - dt.timedelta(days=2)
    first = send(form, now=at(first_at))

    repeat = send(form, dict(reversed(ANSWERS.items())), now=at(first_at + dt.timedelta(hours=23)))
    later = send(form, now=at(first_at + dt.timedelta(hours=24)))

    assert (repeat.submission, repeat.is_new) == (first.submission, False)
    assert (later.submission == first.submission, later.is_new) == (False, True)
    assert Submission.objects.count() == 2
    assert Message.objects.count() == 2


def test_other_answers_or_another_form_are_no_repeat(site: Any) -> None:
    form, other = make_form(), make_form()

    sent = [send(form), send(form, ANSWERS | {"navn": "Bo"}), send(other)]

    assert [done.is_new for done in sent] == [True, True, True]


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_an_address_or_a_number_says_who_it_is_whatever_it_was_sent_with(
    site: Any, kind: str
) -> None:
    form = make_form(questions=[{"label": "Hvem", "field_type": kind}, PLACES[0]])
    sendings = [Sending("a"), Sending("b"), Sending()]

    same = [send(form, {"hvem": "12345678"}, sending=sending) for sending in sendings]
    nobody = [send(form, {"hvem": "", "tur": "strand"}, sending=each) for each in sendings]

    assert [done.is_new for done in same] == [True, False, False]
    assert [done.is_new for done in nobody] == [True, True, True]


def test_where_nothing_says_who_it_is_one_sending_is_one_submission(site: Any) -> None:
    form = make_form(questions=[PLACES[0]])
    moment = timezone.now()
    page, network = Sending("page"), Sending("network", dt.timedelta(seconds=30))

    def is_new(sending: Sending, *, hours: float = 0, seconds: float = 0) -> bool:
        later = moment + dt.timedelta(hours=hours, seconds=seconds)
        return send(form, {"tur": "strand"}, sending=sending, now=at(later)).is_new

    assert (is_new(page), is_new(page, hours=23), is_new(page, hours=24)) == (True, False, True)
    assert is_new(network)
    assert (is_new(network, seconds=29), is_new(network, seconds=30)) == (False, True)
    assert send(form, {"tur": None}, sending=page, now=at(moment)).is_new


def test_what_nothing_is_known_of_is_kept_rather_than_taken_for_a_repeat(site: Any) -> None:
    form = make_form(questions=[PLACES[0]])

    assert [send(form, {"tur": "strand"}).is_new for _ in range(10)] == [True] * 10
    assert set(Submission.objects.values_list("fingerprint", flat=True)) == {""}


# Opening times


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ({"opens_at": dt.timedelta(minutes=1)}, FormNotOpen),
        ({"closes_at": dt.timedelta(minutes=-1)}, FormClosed),
        ({"closes_at": dt.timedelta(seconds=-59)}, None),
        ({"opens_at": dt.timedelta(0), "closes_at": dt.timedelta(minutes=1)}, None),
    ],
)
def test_a_form_takes_answers_while_it_is_open(
    site: Any, times: dict[str, dt.timedelta], error: type[Exception] | None
) -> None:
    moment = timezone.now()
    form = make_form(**{name: moment + offset for name, offset in times.items()})

    if error is None:
        assert send(form, now=at(moment)).is_new
        return
    with pytest.raises(error):
        send(form, now=at(moment))
    assert not Submission.objects.exists()
    assert send(form, now=at(moment), by=UserFactory()).is_new


def test_a_form_whose_page_is_gone_takes_no_answers(site: Any) -> None:
    unpublished, deleted = make_form(), make_form()
    versions = [
        keep_form_version(form_key=f.key, language="da", specs=f.page.question_specs())
        for f in (unpublished, deleted)
    ]
    records = [unpublished.record, deleted.record]
    unpublished.page.unpublish()
    deleted.page.delete()

    for record, version in zip(records, versions, strict=True):
        with pytest.raises(FormClosed):
            submit_form(record=record, form_version=version, answers=ANSWERS)

    assert not Submission.objects.exists()


# Places


def left(form: MadeForm) -> dict[str, dict[str, int]]:
    return places_left(form.key, form.page.question_specs())


def test_places_are_taken_until_there_are_none(site: Any) -> None:
    form = make_form(questions=PLACES)
    send(form, {"tur": "skov", "mad": ["suppe", "kage"]})
    assert left(form) == {"tur": {"skov": 1}, "mad": {"suppe": 0, "kage": 2}}
    send(form, {"tur": "skov", "mad": []})

    with pytest.raises(ChoiceFull) as refused:
        send(form, {"tur": "skov", "mad": ["kage"]})
    with pytest.raises(ChoiceFull) as refused_too:
        send(form, {"tur": "strand", "mad": ["kage", "suppe"]})

    assert (refused.value.question_key, refused.value.choice_key) == ("tur", "skov")
    assert (refused_too.value.question_key, refused_too.value.choice_key) == ("mad", "suppe")
    assert Submission.objects.count() == 2
    assert left(form) == {"tur": {"skov": 0}, "mad": {"suppe": 0, "kage": 2}}
    assert send(form, {"tur": "strand", "mad": ["kage"]}).is_new


def test_a_repeat_of_who_has_the_last_place_is_no_error(site: Any) -> None:
    form = make_form(questions=PLACES)
    first = send(form, {"mad": ["suppe"]}, sending=Sending("page"))

    again = send(form, {"mad": ["suppe"]}, sending=Sending("page"))

    assert (again.submission, again.is_new) == (first.submission, False)
    assert TakenPlace.objects.count() == 1


def test_a_limit_set_later_counts_those_who_came_before(site: Any) -> None:
    form = make_form(questions=PLACES)
    send(form, {"tur": "strand"})
    page = form.reload()
    rows = list(page.questions.all())
    rows[0].choices = [
        {"key": "skov", "label": "Skov", "places": 2},
        {"key": "strand", "label": "Strand", "places": 1},
    ]
    page.questions = rows
    publish(page)

    with pytest.raises(ChoiceFull):
        send(form, {"tur": "strand", "mad": ["kage"]})


def test_a_first_limit_counts_those_who_chose_before_there_was_any(site: Any) -> None:
    free = [{"key": "skov", "label": "Skov", "places": None}]
    form = make_form(questions=[PLACES[0] | {"choices": free}])
    other = make_form(questions=[PLACES[0] | {"choices": free}])
    send(form, {"tur": "skov"})
    send(other, {"tur": "skov"})
    assert TakenPlace.objects.count() == 0
    page = form.reload()
    rows = list(page.questions.all())
    rows[0].choices = [{"key": "skov", "label": "Skov", "places": 1}]
    page.questions = rows

    publish(page)
    publish(form.reload())

    assert left(form) == {"tur": {"skov": 0}}
    assert TakenPlace.objects.count() == 1
    with pytest.raises(ChoiceFull):
        send(form, {"tur": "skov", "mad": []})


def test_what_was_written_before_there_were_choices_takes_no_place(site: Any) -> None:
    form = make_form(questions=[{"label": "Tur", "field_type": "multiline"}])
    send(form, {"tur": "Helst skoven, for min kone sidder i kørestol. " * 5})
    page = form.reload()
    rows = list(page.questions.all())
    rows[0].field_type = "radio"
    rows[0].choices = [{"key": "skov", "label": "Skov", "places": 1}]
    page.questions = rows

    publish(page)

    assert not TakenPlace.objects.exists()
    assert left(form) == {"tur": {"skov": 1}}


def test_a_choice_that_is_gone_still_counts_when_it_comes_back(site: Any) -> None:
    both = [{"key": k, "label": k, "places": None} for k in ("suppe", "kage")]
    form = make_form(questions=[PLACES[1] | {"choices": both}])
    send(form, {"mad": ["suppe", "kage"]})
    page = form.reload()
    rows = list(page.questions.all())
    rows[0].choices = [{"key": "suppe", "label": "Suppe", "places": 2}]
    page.questions = rows
    publish(page)
    page = form.reload()
    rows = list(page.questions.all())
    rows[0].choices = [{"key": k, "label": k, "places": 2} for k in ("suppe", "kage")]
    page.questions = rows
    publish(page)

    assert left(form) == {"mad": {"suppe": 1, "kage": 1}}


def test_places_of_one_form_are_not_those_of_another(site: Any) -> None:
    form, other = make_form(questions=PLACES), make_form(questions=PLACES)
    send(form, {"mad": ["suppe"]})

    assert send(other, {"mad": ["suppe"]}).is_new


# Mails


def test_the_sender_gets_a_copy_without_what_must_not_travel_by_mail(
    site: Any, mailoutbox: Any
) -> None:
    form = make_form(
        title="Skriv til os",
        copy_to_sender=True,
        contact_email="havn@example.dk",
        questions=[
            {"label": "E-mail", "field_type": "email"},
            {"label": "Kommentar", "field_type": "multiline"},
            {"label": "CPR", "field_type": "singleline", "privacy_class": "confidential"},
            {"label": "Kost", "field_type": "singleline", "privacy_class": "special"},
        ],
    )
    answers = {
        "e_mail": "anna@example.dk",
        "kommentar": "Fin havn",
        "cpr": "Hemmelig",
        "kost": "Halal",
    }
    done = send(form, answers)

    message = Message.objects.get()
    dispatch_due()

    assert (message.kind, message.to, message.reply_to) == (
        "copy_to_sender",
        "anna@example.dk",
        "havn@example.dk",
    )
    assert (message.scope_key, message.subject_key) == (form.key, done.submission.uuid)
    assert message.context["answers"] == [
        ["E-mail", "anna@example.dk"],
        ["Kommentar", "Fin havn"],
    ]
    assert message.context["answers_left_out"] is True
    (mail,) = mailoutbox
    written = mail.body + mail.alternatives[0].content
    assert "Fin havn" in mail.body
    assert [word for word in ("Hemmelig", "Halal") if word in written] == []
    assert mail.reply_to == ["havn@example.dk"]


@pytest.mark.parametrize(
    ("fields", "arguments"),
    [
        ({}, {}),
        ({"copy_to_sender": True}, {"suspicion": Suspicion.TOO_FAST}),
        ({"copy_to_sender": True}, {"answers": {"navn": "Anna", "e_mail": ""}}),
    ],
)
def test_no_copy_is_sent_when_none_should_be(
    site: Any, fields: dict[str, Any], arguments: dict[str, Any]
) -> None:
    send(make_form(**fields), **arguments)

    assert not Message.objects.exists()


def test_staff_who_asked_hear_that_there_is_something_never_what(
    site: Any, mailoutbox: Any
) -> None:
    form, other = make_form(title="Skriv til os"), make_form()
    user = UserFactory(email="stab@example.dk")
    FormAccessFactory(user=user, form_key=form.key, notify="at_once")
    FormAccessFactory(form_key=form.key)
    FormAccessFactory(form_key=other.key, notify="at_once")
    FormAccessFactory(
        user=UserFactory(is_active=False, email="gaaet@example.dk"),
        form_key=form.key,
        notify="at_once",
    )

    send(form)
    dispatch_due()

    (mail,) = mailoutbox
    written = f"{mail.subject} {mail.body} {mail.alternatives[0].content}"
    assert mail.to == ["stab@example.dk"]
    assert f"/admin/form-submissions/{form.key}/\n" in mail.body
    assert [word for word in ANSWERS.values() if word in written] == []


def test_staff_get_one_notice_in_ten_minutes_and_miss_nothing(site: Any) -> None:
    form, other = make_form(), make_form()
    for user in (UserFactory(email="a@example.dk"), UserFactory(email="b@example.dk")):
        FormAccessFactory(user=user, form_key=form.key, notify="at_once")
        FormAccessFactory(user=user, form_key=other.key, notify="at_once")
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)

    def send_after(minutes: float, to: MadeForm = form) -> None:
        moment = noon + dt.timedelta(minutes=minutes)
        send(to, {"navn": f"{minutes}", "e_mail": ""}, now=at(moment))

    def due() -> list[float]:
        rows = Message.objects.filter(to="a@example.dk", scope_key=form.key).order_by("pk")
        return [(row.next_attempt_at - noon) / dt.timedelta(minutes=1) for row in rows]

    send_after(1)
    assert due() == [1]
    for minutes in (2, 3, 9):
        send_after(minutes)
    assert due() == [1, 10]
    send_after(11)
    assert due() == [1, 10, 20]
    send_after(45)
    assert due() == [1, 10, 20, 45]
    assert Message.objects.count() == 8
    send_after(45, to=other)
    assert Message.objects.count() == 10


def test_nobody_is_written_to_about_what_looks_like_a_machines(site: Any) -> None:
    form = make_form()
    FormAccessFactory(form_key=form.key, notify="at_once")

    for suspicion in Suspicion.values:
        send(form, ANSWERS | {"navn": suspicion}, suspicion=suspicion)

    assert (Submission.objects.count(), Message.objects.count()) == (len(Suspicion.values), 0)


def test_an_address_gets_three_copies_a_day_from_a_form(site: Any) -> None:
    form, other = make_form(copy_to_sender=True), make_form(copy_to_sender=True)
    noon = timezone.now().replace(hour=12)
    numbers = itertools.count()

    def copies(address: str, *, days: int = 0, of: MadeForm = form) -> int:
        answers = {"navn": f"Nr. {next(numbers)}", "e_mail": address}
        sent = send(of, answers, now=at(noon + dt.timedelta(days=days))).submission
        return Message.objects.filter(subject_key=sent.uuid).count()

    assert [copies("anna@example.dk") for _ in range(5)] == [1, 1, 1, 0, 0]
    assert [copies(a) for a in ("ANNA@example.dk", "anna+x@example.dk")] == [0, 0]
    assert (copies("bo@example.dk"), copies("anna@example.dk", of=other)) == (1, 1)
    assert [copies("anna@example.dk", days=1) for _ in range(4)] == [1, 1, 1, 0]
    assert Submission.objects.count() == 13
    scopes = PostCount.objects.values_list("scope", flat=True)
    assert len(set(scopes)) == 4
    assert [scope for scope in scopes if "example" in scope] == []


def test_what_a_stranger_writes_is_no_link_in_the_copy(site: Any, mailoutbox: Any) -> None:
    send(make_form(copy_to_sender=True), ANSWERS | {"navn": "https://spam.example/x www.spam.dk"})

    dispatch_due()

    html = mailoutbox[0].alternatives[0].content
    assert "https://spam.example/x www.spam.dk" in html
    assert re.findall(r'href="[^"]*spam[^"]*"', html) == []


def test_a_mail_about_what_has_been_removed_is_not_sent(site: Any, mailoutbox: Any) -> None:
    done = send(make_form(copy_to_sender=True))
    ModelLogEntry.objects.all().delete()
    done.submission.delete()

    dispatch_due()

    assert (list(mailoutbox), Message.objects.get().state) == ([], "aborted")
