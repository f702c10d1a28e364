"""The demo's invitation, written in Danish and translated into English."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.enums import WaitingListMode
from events.models import (
    EventAudience,
    EventContact,
    EventHost,
    EventPage,
    EventQuestion,
    EventRecord,
    EventSession,
    Venue,
)
from events.seat_matrix import Cell
from forms.choices import as_choices, relabelled
from forms.enums import Operator

from . import facts
from .bodies import body_of
from .dates import EventDates
from .media import Shelf
from .shapes import EventWords, SessionWords
from .tree import LanguageTree


@dataclass(frozen=True)
class Invitation:
    """The published invitation: its page by language, and its keys in the order of ``facts``."""

    event: EventRecord
    pages: dict[str, Any]
    session_keys: list[uuid.UUID]
    audience_keys: list[uuid.UUID]


def make_invitation(
    trees: Sequence[LanguageTree], *, shelf: Shelf, dates: EventDates, published_at: dt.datetime
) -> Invitation:
    """Write the invitation below the first language's front page, and translate it."""
    source, *others = trees
    page = _first_page(source, shelf, dates)
    page.first_published_at = published_at
    page = _publish(page, shelf)
    pages = {source.words.language: page}
    for tree in others:
        pages[tree.words.language] = _translate(page, tree, shelf)
    return Invitation(
        event=EventRecord.objects.get(key=page.translation_key),
        pages=pages,
        session_keys=[row.translation_key for row in page.event_sessions.all()],
        audience_keys=[row.translation_key for row in page.audiences.all()],
    )


def _publish(page: Any, shelf: Shelf) -> Any:
    page.save_revision(user=shelf.user).publish(user=shelf.user)
    return EventPage.objects.get(pk=page.pk)


# In the first language


def _first_page(tree: LanguageTree, shelf: Shelf, dates: EventDates) -> Any:
    words = tree.words.event
    page: Any = EventPage(
        locale=tree.locale,
        live=False,
        way_in=facts.WAY_IN,
        applications_hold_seat=facts.APPLICATIONS_HOLD_SEAT,
        waiting_list_mode=WaitingListMode.OFFER,
        offers_by_mix=facts.OFFERS_BY_MIX,
        contact_email=facts.MAILBOX,
        figure=shelf.image(facts.FIGURE),
        listing_image=shelf.image(facts.LISTING),
    )
    dates.put_on(page)
    _write(page, words, tree, shelf)
    page.event_sessions = _sessions(words, tree, shelf)
    page.audiences = [
        EventAudience(
            name=row.name, criterion=row.criterion, is_choice=is_choice, sort_order=number
        )
        for number, (row, is_choice) in enumerate(
            zip(words.audiences, facts.AUDIENCE_IS_CHOICE, strict=True)
        )
    ]
    page.hosts = [
        EventHost(host=shelf.host(host), role=role, sort_order=number)
        for number, (host, role) in enumerate(zip(facts.HOSTS, words.host_roles, strict=True))
    ]
    page.contacts = [
        EventContact(
            name=who.name, title=title, phone=who.phone, email=who.email, sort_order=number
        )
        for number, (who, title) in enumerate(
            zip(facts.CONTACTS, words.contact_titles, strict=True)
        )
    ]
    page.questions = _questions(words)
    page.seat_matrix = _seat_matrix(page, dates)
    tree.home.refresh_from_db()
    return tree.home.add_child(instance=page)


def _write(page: Any, words: EventWords, tree: LanguageTree, shelf: Shelf) -> None:
    """Put the words of one language on ``page``, those of its rows excepted."""
    page.title = page.draft_title = words.title
    page.slug = words.slug
    page.lead = words.lead
    page.figure_alt = shelf.alt(facts.FIGURE, tree.words.language)
    page.figure_caption = words.figure_caption
    page.figure_credit = words.figure_credit
    page.listing_text = words.listing_text
    page.search_description = words.search_description
    page.body = body_of(words.body, shelf=shelf, plain_pages=tree.plain)


def _sessions(words: EventWords, tree: LanguageTree, shelf: Shelf) -> list[EventSession]:
    return [
        EventSession(
            name=row.name,
            heading=row.heading,
            description=row.description,
            image=shelf.image(fact.image),
            venue=_venue(row, fact, tree),
            capacity=fact.capacity,
            co_hosts=[("host", shelf.host(host)) for host in fact.co_hosts],
            contacts=_session_contacts(row, fact),
            sort_order=number,
        )
        for number, (row, fact) in enumerate(zip(words.sessions, facts.SESSIONS, strict=True))
    ]


def _seat_matrix(page: Any, dates: EventDates) -> dict[str, dict[str, Any]]:
    """Return what the editor's table says: which seats are kept, limited and hoped for."""
    sessions, audiences = list(page.event_sessions.all()), list(page.audiences.all())
    matrix: dict[str, dict[str, Any]] = {}
    for fact in facts.CELLS:
        until = dates.seats_kept_until if fact.kept else None
        cell = Cell(most=fact.most, aim=fact.aim, kept=fact.kept, until=until)
        row = matrix.setdefault(str(sessions[fact.session].row_key), {})
        row[str(audiences[fact.audience].row_key)] = cell.as_json()
    return matrix


def _venue(row: SessionWords, fact: facts.SessionFacts, tree: LanguageTree) -> Venue:
    return Venue.objects.create(
        locale=tree.locale,
        name=row.venue.name,
        street=fact.street,
        postal_code=fact.postal_code,
        city=row.venue.city,
        directions=row.venue.directions,
        accessibility=row.venue.accessibility,
        map_url=fact.map_url,
    )


def _session_contacts(
    row: SessionWords, fact: facts.SessionFacts
) -> list[tuple[str, dict[str, str]]]:
    who = fact.contact
    contact = {
        "name": who.name,
        "title": row.contact_title,
        "phone": who.phone,
        "email": who.email,
    }
    return [("contact", contact)]


def _questions(words: EventWords) -> list[EventQuestion]:
    rows: dict[str, EventQuestion] = {}
    for number, (row, fact) in enumerate(zip(words.questions, facts.QUESTIONS, strict=True)):
        rows[fact.key] = EventQuestion(
            clean_name=fact.key,
            label=row.label,
            help_text=row.help_text,
            field_type=fact.field_type,
            required=fact.required,
            choices=as_choices(row.choices),
            max_length=fact.max_length,
            autocomplete=fact.autocomplete,
            conditions=_conditions(fact, rows),
            sort_order=number,
        )
    return list(rows.values())


def _conditions(fact: facts.QuestionFacts, earlier: Mapping[str, EventQuestion]) -> dict[str, Any]:
    """Return when the question is asked, as the editor's rows say it."""
    if fact.asked_if is None:
        return {}
    key, number = fact.asked_if
    looked_at = earlier[key]
    rule = {
        "question": str(looked_at.row_key),
        "operator": Operator.CONTAINS,
        "value": as_choices(looked_at.choices)[number]["key"],
    }
    return {"rules": [rule]}


# In the other


def _translate(source: Any, tree: LanguageTree, shelf: Shelf) -> Any:
    """Translate the page as Wagtail does: the rows keep their keys, and get other words."""
    words = tree.words.event
    page = source.copy_for_translation(tree.locale)
    _write(page, words, tree, shelf)
    _write_sessions(page, words, tree)
    _write_audiences(page, words)
    _write_roles(page, words)
    _write_questions(page, words)
    page.first_published_at = source.first_published_at
    return _publish(page, shelf)


def _write_sessions(page: Any, words: EventWords, tree: LanguageTree) -> None:
    rows = list(page.event_sessions.all())
    for row, row_words, fact in zip(rows, words.sessions, facts.SESSIONS, strict=True):
        venue = row.venue.copy_for_translation(tree.locale)
        venue.name, venue.city = row_words.venue.name, row_words.venue.city
        venue.directions = row_words.venue.directions
        venue.accessibility = row_words.venue.accessibility
        venue.save()
        row.venue = venue
        row.name, row.heading = row_words.name, row_words.heading
        row.description = row_words.description
        row.contacts = _session_contacts(row_words, fact)
    page.event_sessions = rows


def _write_audiences(page: Any, words: EventWords) -> None:
    rows = list(page.audiences.all())
    for row, row_words in zip(rows, words.audiences, strict=True):
        row.name, row.criterion = row_words.name, row_words.criterion
    page.audiences = rows


def _write_roles(page: Any, words: EventWords) -> None:
    hosts, contacts = list(page.hosts.all()), list(page.contacts.all())
    for host, role in zip(hosts, words.host_roles, strict=True):
        host.role = role
    for contact, title in zip(contacts, words.contact_titles, strict=True):
        contact.title = title
    page.hosts, page.contacts = hosts, contacts


def _write_questions(page: Any, words: EventWords) -> None:
    rows = list(page.questions.all())
    for row, row_words in zip(rows, words.questions, strict=True):
        row.label, row.help_text = row_words.label, row_words.help_text
        row.choices = relabelled(as_choices(row.choices), row_words.choices)
    page.questions = rows
