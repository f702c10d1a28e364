"""Every screen of ours in the admin, with everybody: who may not, gets nowhere and changes nothing.

The desk's addresses are walked with registrations of both sessions and of another event, the other
screens with one row each. A new address fails these tests until it is listed here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.models import ReferenceIndex

from events.actions.invite import Invitee, invite
from events.actions.mailings import draft_mailing, send_mailing
from events.admin import urls as desk_urls
from events.admin.invitations_new import InviteForm
from events.enums import TodoKind
from events.models import EventAccess, Invitation, Lottery, Mailing, Registration, Todo
from events.queries.mailing_recipients import MailingFilter
from forms.enums import MessageState
from forms.models import FormAccess, Message, OutboxStatus
from tests.conftest import People, log_in
from tests.factories import (
    FormAccessFactory,
    HostFactory,
    MadeEvent,
    MessageFactory,
    ReadyQuestionFactory,
    VenueFactory,
    make_registration,
)

from .ledger import rows_of, whole_ledger

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "admin",
    "staff",
    "host",
    "reader",
    "outsider",
    "editor",
    "nobody",
    "anonymous",
)
DESK_USERS = {"admin", "staff", "host", "reader", "outsider"}
SEES = {
    "København": {"admin", "staff", "reader"},
    "Aalborg": {"admin", "staff", "reader", "host"},
    "other": {"admin", "outsider"},
}
DECIDES = {
    "København": {"admin", "staff"},
    "Aalborg": {"admin", "staff", "host"},
    "other": {"admin", "outsider"},
}
# All those who may decide here may write, too.
MESSAGES = DECIDES
# Moving takes the right to both sessions; the other event has no session of ours to move to.
MOVES = {"København": {"admin", "staff"}, "Aalborg": {"admin", "staff"}, "other": set[str]()}
ONE_HOUR = dt.timedelta(hours=1)
REFUSED = {403, 404, 405}
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Screen:
    """One address with its arguments, and who may read it and send to it."""

    name: str
    arguments: tuple[Any, ...]
    may_get: set[str]
    may_post: set[str]
    data: dict[str, str] | None = None
    is_form: bool = False
    """Whether what is sent without a decision is shown again, to those who may read it."""

    @property
    def url(self) -> str:
        """The path."""
        return reverse(f"kommed_events_desk:{self.name}", args=self.arguments)


@pytest.fixture
def registrations(made: MadeEvent, other: MadeEvent) -> dict[str, Registration]:
    """Somebody at each session of the event, and somebody at the other event."""
    return {
        "København": make_registration(made, session="København"),
        "Aalborg": make_registration(made, session="Aalborg"),
        "other": make_registration(other),
    }


def moving(registration: Registration, made: MadeEvent) -> dict[str, str]:
    """Return what is sent to move somebody to the other session of ``made``."""
    here = registration.event_session_key
    aalborg, copenhagen = made.session_key("Aalborg"), made.session_key("København")
    return {"seen": str(here), "to": str(copenhagen if here == aalborg else aalborg)}


def correcting(registration: Registration) -> dict[str, str]:
    """Return what is sent to correct somebody's address."""
    return {"email": f"ny-{registration.reference}@example.dk", "seen": registration.email}


def choosing_screens(
    made: MadeEvent, other: MadeEvent, registrations: dict[str, Registration]
) -> list[Screen]:
    """Return the addresses for choosing among many; who may decide there may send and change."""
    deciders = DECIDES["København"] | DECIDES["Aalborg"]
    found = []
    for event, may in ((made, deciders), (other, DECIDES["other"])):
        found.append(Screen("board", (event.key,), may, NOBODY, is_form=True))
        found.append(Screen("lottery", (event.key,), may, NOBODY, is_form=True))
    for place, registration in registrations.items():
        lottery = Lottery.objects.create(
            event=registration.event,
            event_session_key=registration.event_session_key,
            seed="abc",
            seats=1,
            entries=[registration.reference],
            drawn=[registration.reference],
            drawn_at=registration.created_at,
        )
        arguments = (registration.event.key, lottery.pk)
        found.append(Screen("lottery_result", arguments, DECIDES[place], NOBODY))
        event = made if registration.event.key == made.key else other
        session = registration.event_session_key
        pending = make_registration(event, event_session_key=session, suspicion="honeypot")
        words = f"{pending.uuid}/pending/{session}"
        data = {"chosen": words, "rest": "", "others": ""}
        found.append(
            Screen("board_decide", (registration.event.key,), NOBODY, DECIDES[place], data)
        )
    return found


def sending_screens(registration: Registration, place: str) -> list[Screen]:
    """Return the addresses for mails that have failed: to write is a right of its own."""
    failed = [
        MessageFactory.create(
            kind="cancelled",
            state=MessageState.FAILED,
            scope_key=registration.event.key,
            subject_key=registration.uuid,
            to=registration.email,
        )
        for _ in range(3)
    ]
    data = {"what": "abort", "message": str(failed[2].uuid)}
    return [
        Screen("message_retry", (failed[0].uuid,), NOBODY, MESSAGES[place]),
        Screen("message_abort", (failed[1].uuid,), NOBODY, MESSAGES[place]),
        Screen("outbox_many", (), NOBODY, MESSAGES[place], data),
    ]


def mailing_screens(people: People, made: MadeEvent, other: MadeEvent) -> list[Screen]:
    """Return the addresses for writing to many: a draft is its writer's alone.

    A host writes to their own session, and sees only what they wrote themselves.
    """
    found = []
    whom = {"states": "confirmed", "bounced": "", "go": "1"}
    said = {"subject_da": "Emne", "text_da": "Tekst"}
    for event, writer, whole, parts in (
        (made, "staff", MESSAGES["København"], {"host"}),
        (other, "outsider", MESSAGES["other"], NOBODY),
    ):
        key, may = event.key, whole | parts
        for name in ("mailings", "mailings_results"):
            found.append(Screen(name, (key,), may, NOBODY))
        found.append(Screen("mailing_new", (key,), may, may, whom))
        by = getattr(people, writer)
        for name, data in (
            ("mailing_people", whom),
            ("mailing_words", said),
            ("mailing_review", {"when": "now"}),
        ):
            draft = draft_of(event, by)
            found.append(Screen(name, (key, draft.uuid), {writer}, {writer}, data))
        for name, get, post in (("mailing", whole, NOBODY), ("mailing_stop", NOBODY, whole)):
            sent = draft_of(event, by)
            send_mailing(mailing=sent, by=by)
            found.append(Screen(name, (key, sent.uuid), get, post))
    # The right mailing under the wrong event.
    mixed = (made.key, draft_of(other, people.outsider).uuid)
    found += [Screen(name, mixed, NOBODY, NOBODY) for name in ("mailing", "mailing_stop")]
    return found


def draft_of(made: MadeEvent, by: Any) -> Mailing:
    wanted = MailingFilter(states=("confirmed",))
    words = {"da": {"subject": "Emne", "text": "Tekst"}}
    return draft_mailing(event=made.event, wanted=wanted, words=words, by=by)


def changing_screens(made: MadeEvent, other: MadeEvent) -> list[Screen]:
    """Return the addresses for calling off and moving: a host may close their own session only.

    What is sent without having been looked at is shown, and changes nothing.
    """
    found = []
    for event, may, hosts in (
        (made, DECIDES["København"], {"host"}),
        (other, DECIDES["other"], set()),
    ):
        found.append(Screen("event_changes", (event.key,), may | hosts, NOBODY))
        for task in ("time", "venue", "announce", "cancel", "restore", "close", "reopen"):
            allowed = may | (hosts if task in ("close", "reopen") else set())
            data = {"confirm": "1", "event_session": str(event.session_key())}
            arguments = (event.key, task)
            found.append(Screen("event_change", arguments, allowed, NOBODY, data, is_form=True))
    return found


@pytest.fixture
def screens(
    people: People,
    made: MadeEvent,
    other: MadeEvent,
    registrations: dict[str, Registration],
    invitation_screens: list[Screen],
) -> list[Screen]:
    """Every address of the desk, with ids of all three kinds."""
    found = [
        Screen(name, (), DESK_USERS, NOBODY)
        for name in ("events", "events_results", "outbox", "outbox_results")
    ]
    found += invitation_screens
    stopped = {"stopped_at": timezone.now(), "try_again_at": timezone.now() + ONE_HOUR}
    OutboxStatus.objects.create(**stopped)
    found.append(Screen("outbox_restart", (), NOBODY, {"admin"}))
    seers = SEES["København"] | SEES["Aalborg"]
    for name in ("registrations", "registrations_results"):
        found.append(Screen(name, (made.key,), seers, NOBODY))
        found.append(Screen(name, (other.key,), SEES["other"], NOBODY))
    cancelling = {"action": "cancel", "seen": "confirmed"}
    for place, registration in registrations.items():
        event = registration.event
        identifiers = (event.key, registration.uuid)
        message = Message.objects.get(subject_key=registration.uuid)
        todo = Todo.objects.create(
            event=event,
            kind=TodoKind.EVENT_SESSION_DROPPED,
            event_session_key=registration.event_session_key,
        )
        found += [
            Screen("detail", identifiers, SEES[place], NOBODY),
            Screen("revoke_link", identifiers, NOBODY, DECIDES[place], {"seen": "1"}),
            Screen("address", identifiers, NOBODY, DECIDES[place], correcting(registration)),
            Screen("move", identifiers, NOBODY, MOVES[place], moving(registration, made)),
            Screen("decide", identifiers, NOBODY, DECIDES[place], cancelling),
            Screen("message", (message.uuid,), SEES[place], NOBODY),
            *sending_screens(registration, place),
            # No file was sent; who may read one is shown in tests of uploads.
            Screen("upload", (*identifiers, "fil"), NOBODY, NOBODY),
            Screen("todo_done", (todo.uuid,), NOBODY, DECIDES[place]),
        ]
    found += choosing_screens(made, other, registrations)
    found += changing_screens(made, other)
    found += mailing_screens(people, made, other)
    whole = Todo.objects.create(event=made.event, kind=TodoKind.PAGE_DELETED)
    found.append(Screen("todo_done", (whole.uuid,), NOBODY, {"admin", "staff"}))
    # The right registration under the wrong event.
    mixed = (made.key, registrations["other"].uuid)
    found.append(Screen("detail", mixed, NOBODY, NOBODY))
    found.append(Screen("decide", mixed, NOBODY, NOBODY, cancelling))
    found.append(Screen("move", mixed, NOBODY, NOBODY, moving(registrations["other"], made)))
    found.append(Screen("revoke_link", mixed, NOBODY, NOBODY, {"seen": "1"}))
    found.append(Screen("address", mixed, NOBODY, NOBODY, correcting(registrations["other"])))
    return found


@pytest.fixture
def invitation_screens(made: MadeEvent, other: MadeEvent) -> list[Screen]:
    """Every address about invitations, with somebody asked to each session and to the whole."""
    found = []
    deciders = DECIDES["København"] | DECIDES["Aalborg"]
    for event, seers, may, session in (
        (made, SEES["København"] | SEES["Aalborg"], deciders, "Aalborg"),
        (other, SEES["other"], DECIDES["other"], None),
    ):
        for name in ("invitations", "invitations_results"):
            found.append(Screen(name, (event.key,), seers, NOBODY))
        found.append(Screen("invite", (event.key,), may, may, invite_data(event, session)))
        found.append(Screen("invitations_remind", (event.key,), may, may))
    for place, event in (("København", made), ("Aalborg", made), ("other", other)):
        key = event.session_key(None if place == "other" else place)
        invitation = ask(event, f"{place}@example.dk", key)
        message = Message.objects.get(subject_key=invitation.uuid)
        identifiers = (event.key, invitation.uuid)
        found += [
            Screen("message", (message.uuid,), SEES[place], NOBODY),
            Screen("invitation_withdraw", identifiers, DECIDES[place], DECIDES[place]),
        ]
    whole = ask(made, "hele@example.dk", None)
    allowed = {"admin", "staff"}
    found.append(Screen("invitation_withdraw", (made.key, whole.uuid), allowed, allowed))
    # The right invitation under the wrong event.
    found.append(Screen("invitation_withdraw", (other.key, whole.uuid), NOBODY, NOBODY))
    return found


def ask(made: MadeEvent, email: str, session_key: uuid.UUID | None) -> Invitation:
    person = Invitee(name=email, email=email, event_session_key=session_key)
    (invitation,) = invite(event=made.event, people=[person], by=None).invitations
    return invitation


def invite_data(made: MadeEvent, session: str | None) -> dict[str, str]:
    """Return what is sent by whoever has looked at a list of one person."""
    data = {"people": "Ny; ny@example.dk", "audience": "", "language": "da", "note": ""}
    data["event_session"] = str(made.session_key(session))
    form = InviteForm(data, sessions={}, audiences={}, is_whole=True)
    return data | {"send": "1", "seen": form.seal()}


def client_of(people: People, name: str) -> Client:
    return Client() if name == "anonymous" else log_in(getattr(people, name))


def is_refused(response: Any, name: str) -> bool:
    """Whether somebody was turned away: an error, the log-in page, or the admin's front page."""
    if response.status_code in REFUSED:
        return True
    if response.status_code != 302:
        return False
    target = response["Location"]
    return bool(target.startswith("/admin/login/") if name == "anonymous" else target == "/admin/")


def everything() -> Any:
    return whole_ledger() | {
        "todos": rows_of(Todo),
        "invitations": rows_of(Invitation),
        "mailings": rows_of(Mailing),
        "outbox": rows_of(OutboxStatus),
        "access": [*rows_of(EventAccess), *rows_of(FormAccess)],
    }


def test_every_address_of_the_desk_is_walked(screens: list[Screen]) -> None:
    assert {screen.name for screen in screens} == {p.name for p in desk_urls.urlpatterns}


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_desk_is_read_by_those_who_may(
    people: People, screens: list[Screen], name: str
) -> None:
    client = client_of(people, name)
    before = everything()

    for screen in screens:
        response = client.get(screen.url)
        if name in screen.may_get:
            assert response.status_code == 200, screen
        else:
            assert is_refused(response, name), (screen, response.status_code)

    assert everything() == before


@pytest.mark.parametrize("name", EVERYBODY)
def test_what_one_may_not_send_to_changes_nothing(
    people: People, screens: list[Screen], name: str
) -> None:
    client = client_of(people, name)
    before = everything()

    for screen in screens:
        if name not in screen.may_post:
            response = client.post(screen.url, screen.data or {})
            if screen.is_form and name in screen.may_get:
                assert response.status_code in (200, 422), screen
            else:
                assert is_refused(response, name), (screen, response.status_code)

    assert everything() == before


@pytest.mark.parametrize("name", EVERYBODY)
def test_what_one_may_send_to_is_done(people: People, screens: list[Screen], name: str) -> None:
    client = client_of(people, name)
    allowed = [screen for screen in screens if name in screen.may_post]

    for screen in allowed:
        before = everything()
        assert client.post(screen.url, screen.data or {}).status_code == 302
        assert everything() != before

    assert bool(allowed) == (name in {"admin", "staff", "host", "outsider"})


def test_a_right_that_was_taken_away_is_gone_at_once(
    people: People, made: MadeEvent, registrations: dict[str, Registration]
) -> None:
    registration = registrations["Aalborg"]
    url = reverse("kommed_events_desk:detail", args=[made.key, registration.uuid])
    client = log_in(people.host)
    assert client.get(url).status_code == 200

    EventAccess.objects.filter(user=people.host).delete()

    assert is_refused(client.get(url), "host")


def test_somebody_who_left_sees_nothing(
    people: People, registrations: dict[str, Registration]
) -> None:
    people.staff.is_active = False
    people.admin.is_active = False

    assert Registration.objects.visible_to(people.staff).count() == 0
    assert Registration.objects.visible_to(people.admin).count() == 0


# The other screens of ours


CONTENT_NAMESPACES = {
    "wagtailsnippets_kommed_events_host",
    "wagtailsnippets_kommed_events_venue",
    "wagtailsnippets_kommed_forms_readyquestion",
}
ACCESS_NAMESPACE = "eventaccess"
FORM_ACCESS_NAMESPACE = "formaccess"


def walk(resolver: Any = None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield namespace and pattern of every named address of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from walk(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield ":".join(namespaces), entry


def ours() -> set[str]:
    """Return the namespaces whose views are of one of our apps or show one of our models."""
    found = set()
    for namespace, pattern in walk():
        view = getattr(pattern.callback, "view_class", pattern.callback)
        keywords = getattr(pattern.callback, "view_initkwargs", {})
        model = keywords.get("model") or getattr(view, "model", None)
        module = str(getattr(model, "__module__", "")) or str(view.__module__)
        packages = {module.split(".")[0], str(view.__module__).split(".")[0]}
        if packages & {"events", "forms", "home", "cms"}:
            found.add(namespace)
    return found


def test_no_other_screen_of_ours_is_forgotten() -> None:
    assert ours() == {
        "",  # health and the short address of the accessibility statement
        "kommed_events",  # public
        "kommed_events_desk",  # walked above
        "kommed_personal",  # opened by a personal link, which is the right to it
        "kommed_forms_authoring",  # asked by the editor; see tests.integration.forms.test_authoring
        "kommed_forms_desk",  # walked in tests.integration.forms.test_desk_rights
        ACCESS_NAMESPACE,
        FORM_ACCESS_NAMESPACE,
        *CONTENT_NAMESPACES,
        "wagtailsnippetchoosers_kommed_events_host",  # content, for whoever writes pages
        "wagtailsnippetchoosers_kommed_events_venue",
        "wagtailsnippetchoosers_kommed_forms_readyquestion",
        # Mail texts, walked in test_mail_texts.
        "wagtailsnippets_kommed_forms_messagetemplate",
        "wagtailsnippetchoosers_kommed_forms_messagetemplate",
    }


@pytest.mark.parametrize("name", [n for n in EVERYBODY if n != "admin"])
def test_rights_and_shared_content_are_for_those_who_were_given_them(
    people: People, name: str
) -> None:
    rows = {
        ACCESS_NAMESPACE: EventAccess.objects.first(),
        FORM_ACCESS_NAMESPACE: FormAccessFactory(form_key=uuid.uuid4()),
        "wagtailsnippets_kommed_events_host": HostFactory(),
        "wagtailsnippets_kommed_events_venue": VenueFactory(),
        "wagtailsnippets_kommed_forms_readyquestion": ReadyQuestionFactory(),
    }
    client = client_of(people, name)
    before = everything()
    walked = 0

    for namespace, pattern in walk():
        if namespace not in rows:
            continue
        arguments = dict.fromkeys(pattern.pattern.regex.groupindex, rows[namespace].pk)
        arguments |= dict.fromkeys(pattern.pattern.converters, rows[namespace].pk)
        url = reverse(f"{namespace}:{pattern.name}", kwargs=arguments)
        for response in (client.get(url), client.post(url, {"can_delete": "on"})):
            assert is_refused(response, name), (url, response.status_code)
            walked += 1

    assert walked > 20
    assert everything() == before


def test_staff_cannot_give_themselves_more(people: People, made: MadeEvent) -> None:
    row = EventAccess.objects.get(user=people.host)
    url = reverse("eventaccess:edit", args=[row.pk])
    data = {"user": people.host.pk, "group": "", "scope": str(made.key), "can_delete": "on"}

    refused = log_in(people.host).post(url, data)
    done = log_in(people.admin).post(url, data)

    assert (refused.status_code, refused["Location"]) == (302, "/admin/")
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.event_key, row.event_session_key, row.can_delete) == (made.key, None, True)


def test_the_sites_history_shows_no_registration_to_editors(
    people: People, registrations: dict[str, Registration]
) -> None:
    url = reverse("wagtailadmin_reports:site_history")

    html = log_in(people.editor).get(url).content.decode()

    assert [r.reference for r in registrations.values() if r.reference in html] == []


def test_registrations_are_in_no_reference_index(made: MadeEvent) -> None:
    before = ReferenceIndex.objects.count()

    make_registration(made)

    assert ReferenceIndex.objects.count() == before
