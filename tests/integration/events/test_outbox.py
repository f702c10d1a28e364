"""The outbox in the admin: what is shown to whom, sending again, and what is said of trouble."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.models import EventAccess
from forms.actions.outbox import LOG_RETRY, retry_message
from forms.enums import Delivery, MessagePriority, MessageState
from forms.models import DeliveryEvent, FormAccess, Message, OutboxStatus, WorkerHeartbeat
from tests.conftest import People, log_in
from tests.factories import (
    MadeEvent,
    MessageFactory,
    UserFactory,
    make_form,
    make_registration,
)
from tests.integration.forms.sending import send

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
ADDRESS = "kanariefugl@example.dk"
BODY = "Kanariefuglens svar"


def at(name: str, *args: Any) -> str:
    return reverse(f"kommed_events_desk:{name}", args=args)


def listed(client: Client, query: str = "") -> list[Message]:
    return list(client.get(f"{at('outbox')}?{query}").context["object_list"])


@pytest.fixture
def mine(people: People, made: MadeEvent) -> Message:
    """A confirmation at Aalborg, which failed; the host there and the staff may write."""
    make_registration(made, session="Aalborg", email=ADDRESS, answers={"organisation": BODY})
    Message.objects.update(
        state=MessageState.FAILED,
        attempts=3,
        last_error="SMTPRecipientsRefused 550",
        next_attempt_at=timezone.now(),
    )
    return Message.objects.get()


@pytest.fixture
def watcher(people: People) -> Client:
    """Somebody who watches over the outbox and may see no registration."""
    people.nobody.user_permissions.add(Permission.objects.get(codename="view_message"))
    return log_in(people.nobody)


# Who sees what


def test_who_watches_sees_every_row_and_neither_address_nor_words(
    watcher: Client, mine: Message
) -> None:
    rows = watcher.get(at("outbox"))
    one = watcher.get(at("message", mine.uuid))
    found = watcher.get(at("outbox"), {"q": "kanariefugl"})

    assert [row.pk for row in rows.context["object_list"]] == [mine.pk]
    assert one.context["mail"] is None
    for response in (rows, one):
        html = response.content.decode()
        assert "k…@example.dk" in html
        assert "anariefugl" not in html
    # To find somebody by their address would tell that they are registered.
    assert list(found.context["object_list"]) == []


@pytest.mark.parametrize("what", ["retry", "abort", "retry_failed"])
def test_who_watches_changes_nothing(watcher: Client, mine: Message, what: str) -> None:
    watcher.post(at("outbox_many"), {"what": what, "message": str(mine.uuid)})
    watcher.post(at("message_retry", mine.uuid))
    watcher.post(at("message_abort", mine.uuid))

    assert Message.objects.get().state == MessageState.FAILED


def test_the_menu_leads_whoever_may_watch_to_the_outbox(watcher: Client, mine: Message) -> None:
    assert at("outbox") in watcher.get("/admin/").content.decode()


@pytest.mark.parametrize(("name", "number"), [("staff", 0), ("admin", 1), ("reader", 1)])
def test_mails_to_staff_are_for_who_gets_them(
    people: People, mine: Message, name: str, number: int
) -> None:
    notice = MessageFactory.create(
        kind="staff_new_registration",
        to=people.reader.email.upper(),
        subject_key=mine.subject_key,
        scope_key=mine.scope_key,
        priority=MessagePriority.STAFF,
    )
    client = log_in(getattr(people, name))

    assert [row.pk for row in listed(client)].count(notice.pk) == number
    assert client.get(at("message", notice.uuid)).status_code == (200 if number else 404)


def test_to_be_written_to_is_no_right_to_send_it_again(people: People, mine: Message) -> None:
    Message.objects.update(priority=MessagePriority.STAFF, to=people.staff.email)

    refused = log_in(people.staff).post(at("message_retry", mine.uuid))

    assert refused.status_code == 404


@pytest.mark.parametrize("is_sensitive", [True, False])
def test_mails_about_forms_are_for_those_who_may_see_what_was_sent(
    people: People, is_sensitive: bool
) -> None:
    form = make_form(copy_to_sender=True)
    sent = send(form)
    message = Message.objects.get(subject_key=sent.submission.uuid)
    FormAccess.objects.create(
        user=people.nobody, form_key=form.record.key, can_sensitive=is_sensitive
    )
    client = log_in(people.nobody)

    response = client.get(at("message", message.uuid))

    # An address that was an answer may be for few, as on the desk of forms.
    assert (response.context["mail"] is not None) == is_sensitive
    assert (message.to in response.content.decode()) == is_sensitive
    assert [row.pk for row in listed(client)] == [message.pk]
    assert log_in(people.staff).get(at("message", message.uuid)).status_code == 404


def test_mails_that_speak_of_nobody_are_for_superusers(people: People) -> None:
    message = MessageFactory.create(subject_key=None)

    assert [row.pk for row in listed(log_in(people.admin))] == [message.pk]
    assert listed(log_in(people.staff)) == []


# Finding


def test_filters_and_search_find_what_they_say(people: People, made: MadeEvent) -> None:
    now = timezone.now()
    client = log_in(people.admin)
    made_by = {
        "failed": MessageFactory.create(state=MessageState.FAILED),
        "bounced": MessageFactory.create(
            state=MessageState.SENT, sent_at=now, delivery=Delivery.BOUNCED, delivery_at=now
        ),
        "here": MessageFactory.create(scope_key=made.key),
        "kind": MessageFactory.create(kind="confirmed"),
        "old": MessageFactory.create(created_at=now - dt.timedelta(days=9)),
        "her": MessageFactory.create(to="ida.holm@example.dk"),
    }
    day = (now - dt.timedelta(days=8)).date()
    queries = {
        "state=failed": "failed",
        "delivery=bounced": "bounced",
        f"scope_key={made.key}": "here",
        "kind=confirmed": "kind",
        f"created_at_to={day}": "old",
        "q=IDA.HOLM": "her",
    }

    for query, name in queries.items():
        assert [row.pk for row in listed(client, query)] == [made_by[name].pk], query
    assert len(listed(client)) == len(made_by)


@pytest.mark.parametrize(
    "query", ["state=x", "kind=x", "scope_key=x", "created_at_from=x", "ordering=x", "p=x", "q=%00"]
)
def test_nonsense_in_the_address_is_no_error(people: People, mine: Message, query: str) -> None:
    assert log_in(people.staff).get(f"{at('outbox')}?{query}").status_code in (200, 404)


def test_the_event_filter_names_only_events_one_may_see(
    people: People, made: MadeEvent, other: MadeEvent, mine: Message
) -> None:
    response = log_in(people.host).get(at("outbox"))

    choices = response.context["filters"].form.fields["scope_key"].choices
    assert [key for key, _title in choices if key] == [str(made.key)]


# One mail


def test_a_mail_says_what_is_wrong_and_where_it_has_been(people: People, mine: Message) -> None:
    now = timezone.now()
    DeliveryEvent.objects.create(
        provider="postmark",
        event_id="1",
        kind=Delivery.BOUNCED,
        reason="bounced",
        happened_at=now,
        received_at=now,
        message=mine,
    )
    retry_message(message=mine, by=people.staff)
    Message.objects.update(last_error="SMTPRecipientsRefused 550")

    response = log_in(people.reader).get(at("message", mine.uuid))

    steps = response.context["trail"]
    assert len(steps) == 3
    assert [step.detail for step in steps] == ["", "bounced", ""]
    assert steps[-1].user_name != ""
    assert response.context["explanation"].code == "SMTPRecipientsRefused 550"
    assert response.content.decode().count("SMTPRecipientsRefused 550") == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"context": {}, "cleared_at": timezone.now()},
        {"kind": "gone"},
        {"context": {}},
        {"context": {"answers": 5, "contacts": "x", "sessions": 3}},
    ],
)
def test_a_mail_without_its_words_can_still_be_seen_to(
    people: People, mine: Message, fields: dict[str, Any]
) -> None:
    Message.objects.update(**fields)

    response = log_in(people.staff).get(at("message", mine.uuid))

    assert response.status_code == 200
    assert ADDRESS in response.content.decode()
    if "cleared_at" in fields:
        assert response.context["mail"] is None
        assert not response.context["may_retry"]


# Sending again


def test_staff_send_a_failed_mail_again(people: People, mine: Message) -> None:
    client = log_in(people.staff)
    assert client.get(at("message", mine.uuid)).context["may_retry"]

    response = client.post(at("message_retry", mine.uuid))

    assert response["Location"] == at("message", mine.uuid)
    assert Message.objects.get().state == MessageState.QUEUED
    assert ModelLogEntry.objects.get(action=LOG_RETRY).user == people.staff


def test_to_see_is_not_to_write(people: People, mine: Message) -> None:
    EventAccess.objects.filter(user=people.staff).update(can_message=False)

    for user in (people.staff, people.reader):
        client = log_in(user)
        shown = client.get(at("message", mine.uuid)).context
        assert (shown["may_retry"], shown["may_abort"]) == (False, False)
        assert not client.get(at("outbox")).context["may_act"]
        for name in ("message_retry", "message_abort"):
            assert client.post(at(name, mine.uuid)).status_code == 404

    assert Message.objects.get().state == MessageState.FAILED


def test_what_has_moved_on_is_left_alone(people: People, mine: Message) -> None:
    Message.objects.update(state=MessageState.SENDING)

    response = log_in(people.staff).post(at("message_retry", mine.uuid), follow=True)

    assert Message.objects.get().state == MessageState.SENDING
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]


def many(mine: Message, number: int) -> list[Message]:
    return [
        MessageFactory.create(
            kind="confirmed",
            state=MessageState.FAILED,
            subject_key=mine.subject_key,
            scope_key=mine.scope_key,
        )
        for _ in range(number)
    ]


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_those_ticked_are_sent_again_or_let_be(people: People, mine: Message) -> None:
    first, second, _third = many(mine, 3)
    client = log_in(people.host)

    client.post(at("outbox_many"), {"what": "retry", "message": [first.uuid, "x", second.uuid]})
    client.post(at("outbox_many"), {"what": "abort", "message": [second.uuid, mine.uuid]})

    assert states() == ["aborted", "queued", "aborted", "failed"]


def test_all_failed_ones_that_are_shown_are_sent_again_and_no_others(
    people: People, made: MadeEvent, other: MadeEvent, mine: Message
) -> None:
    found = many(mine, 2)
    Message.objects.filter(pk=found[0].pk).update(to="ida@example.dk")
    elsewhere = make_registration(other, email="ida@example.dk")
    Message.objects.filter(subject_key=elsewhere.uuid).update(state=MessageState.FAILED)

    client = log_in(people.staff)
    response = client.post(f"{at('outbox_many')}?q=ida%40", {"what": "retry_failed"})

    assert states() == ["failed", "queued", "failed", "failed"]
    assert response["Location"] == f"{at('outbox')}?q=ida%40"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"what": "explode"},
        {"what": "retry", "message": ["x", "'; --", "0" * 5000]},
        {"what": "abort", "message": str(uuid.uuid4())},
    ],
)
def test_nonsense_is_not_found(people: People, mine: Message, data: dict[str, Any]) -> None:
    assert log_in(people.staff).post(at("outbox_many"), data).status_code == 404
    assert states() == ["failed"]


def test_nothing_ticked_is_said(people: People, mine: Message) -> None:
    response = log_in(people.staff).post(at("outbox_many"), {"what": "abort"}, follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["warning"]
    assert states() == ["failed"]


def test_boxes_are_for_what_can_be_sent_again_or_let_be(people: People, mine: Message) -> None:
    client = log_in(people.staff)
    box = f'value="{mine.uuid}"'
    assert box in client.get(at("outbox")).content.decode()

    Message.objects.update(state=MessageState.SENT, sent_at=timezone.now())

    response = client.get(at("outbox"))
    assert box not in response.content.decode()
    assert not response.context["may_act"]


@pytest.mark.parametrize("name", ["outbox_many", "outbox_restart", "message_retry"])
def test_nothing_happens_by_looking(people: People, mine: Message, name: str) -> None:
    arguments = [mine.uuid] if name.startswith("message") else []

    assert log_in(people.admin).get(at(name, *arguments)).status_code == 405


# When something is wrong


def alive() -> None:
    WorkerHeartbeat.objects.update_or_create(id=1, defaults={"beat_at": timezone.now()})


def health_of(client: Client) -> Any:
    return client.get(at("outbox")).context["health"]


def says(client: Client, url: str) -> bool:
    return "km-health-heading" in client.get(url).content.decode()


PLACES = ("wagtailadmin_home", "kommed_events_desk:events", "kommed_events_desk:outbox")


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_said_while_all_is_well(people: People, mine: Message, place: str) -> None:
    alive()
    Message.objects.update(state=MessageState.SENT, sent_at=timezone.now())

    assert not says(log_in(people.staff), reverse(place))


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_that_is_away_is_said_to_those_who_have_to_do_with_it(
    people: People, made: MadeEvent, place: str
) -> None:
    WorkerHeartbeat.objects.create(beat_at=timezone.now() - dt.timedelta(minutes=6))
    url = reverse(place)

    assert says(log_in(people.staff), url)
    assert not says(log_in(people.editor), reverse("wagtailadmin_home"))

    alive()
    assert not says(log_in(people.staff), url)


@pytest.mark.parametrize(("minutes", "is_late"), [(9, False), (11, True)])
def test_mails_that_should_have_left_are_counted(
    people: People, made: MadeEvent, minutes: int, is_late: bool
) -> None:
    alive()
    due = timezone.now() - dt.timedelta(minutes=minutes)
    MessageFactory.create(next_attempt_at=due)
    MessageFactory.create(state=MessageState.SENDING, next_attempt_at=due, lease_until=due)
    MessageFactory.create(next_attempt_at=timezone.now() + HOUR)

    health = health_of(log_in(people.staff))

    assert (health.late, bool(health.late_since)) == ((2, True) if is_late else (0, False))


def test_failed_mails_of_the_last_day_are_counted_among_ones_own(
    people: People, mine: Message
) -> None:
    alive()
    old = many(mine, 1)[0]
    Message.objects.filter(pk=old.pk).update(next_attempt_at=timezone.now() - 25 * HOUR)

    assert health_of(log_in(people.staff)).failed == 1
    assert not health_of(log_in(people.outsider))


def test_a_refused_log_in_is_said_and_a_superuser_tries_again(
    people: People, mine: Message
) -> None:
    alive()
    now = timezone.now()
    OutboxStatus.objects.create(
        stopped_at=now, last_error="SMTPAuthenticationError 535", try_again_at=now + HOUR
    )
    staff, admin = log_in(people.staff), log_in(people.admin)
    button = at("outbox_restart")

    for place in PLACES:
        assert says(staff, reverse(place))
        assert button not in staff.get(reverse(place)).content.decode()
        assert button in admin.get(reverse(place)).content.decode()
    health = health_of(staff)
    assert health.explanation.code == "SMTPAuthenticationError 535"
    assert staff.post(button)["Location"] == "/admin/"
    assert OutboxStatus.objects.get().try_again_at == now + HOUR

    assert admin.post(button)["Location"] == at("outbox")
    assert OutboxStatus.objects.get().try_again_at < now + HOUR / 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_panel_costs_three_queries_and_the_right(
    people: People,
    made: MadeEvent,
    count_queries: Callable[[int], Any],
    rows: int,
    rf: Any,
) -> None:
    from events.admin.outbox import OutboxPanel

    MessageFactory.create_batch(rows, state=MessageState.FAILED)
    request = rf.get("/admin/")
    for user, expected in ((people.staff, 4), (UserFactory(), 4)):
        request.user = user
        with count_queries(expected):
            OutboxPanel().render_html({"request": request})


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "expected"), [("staff", 23), ("nobody", 26)])
def test_the_list_takes_the_same_queries_for_those_with_rights(
    people: People,
    mine: Message,
    count_queries: Callable[[int], Any],
    *,
    name: str,
    expected: int,
    rows: int,
) -> None:
    people.nobody.user_permissions.add(Permission.objects.get(codename="view_message"))
    many(mine, rows - 1)
    client = log_in(getattr(people, name))
    client.get(at("outbox"))

    with count_queries(expected):
        response = client.get(at("outbox"))

    assert len(response.context["object_list"]) == rows
