"""A mail of every kind, to somebody made up, for pictures and for tests.

A kind says itself what a mail of it may look like (``MessageKind.sample``). What people see in a
real one is richer, and what one kind alone needs stands here: ``ONLY_IN``. A kind that has neither
fails a test, so that none is forgotten.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from forms.enums import MessageState
from forms.mail.kinds import MessageKind, all_kinds
from forms.models import Message

LANGUAGES = ("da", "en")
LIKE_OTHERS = frozenset({"mail_text_sample"})
"""Kinds that have no look of their own."""
BASE_URL = "https://kommed.example.dk"
MOMENT = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
NOWHERE = uuid.UUID(int=0)

COMMON: dict[str, dict[str, Any]] = {
    "da": {
        "name": "Sofie Eksempel",
        "reference": "K7MP4Q",
        "state": "confirmed",
        "event_title": "Politikernes plads i offentlig innovation",
        "event_url": f"{BASE_URL}/abne-vaerksteder/",
        "form_title": "Afprøv en løsning",
        "lead": "En dag på værksted om, hvordan politikere kan være med, når det nye bliver til.",
        "when": "onsdag den 3. februar 2027, 13.00–16.00 (Europe/Copenhagen)",
        "answer_by": "fredag den 22. januar 2027 kl. 12.00 (Europe/Copenhagen)",
        "offer_ends": "fredag den 29. januar 2027 kl. 12.00 (Europe/Copenhagen)",
        "session_name": "Aalborg",
        "session_heading": "Når borgerne er med fra begyndelsen",
        "first_choice_name": "",
        "venue": "Nordkraft, Kjellerups Torv 1, 9000 Aalborg",
        "venue_name": "Nordkraft",
        "venue_address": "Kjellerups Torv 1, 9000 Aalborg",
        "starts_at": "2027-02-03T13:00:00+01:00",
        "ends_at": "2027-02-03T16:00:00+01:00",
        "contact_email": "vaerksted@example.dk",
        "contacts": [
            {
                "name": "Karen Kontakt",
                "title": "projektleder",
                "phone": "99 31 00 00",
                "email": "karen@example.dk",
            }
        ],
        "note": "Tag gerne en kollega med.\nDer er kaffe fra kl. 12.30.",
        "answers": [
            ["Organisation", "Eksempel Kommune"],
            ["Hvad vil du gerne tale om?", "Hvordan vi kommer i gang\nog bliver ved."],
        ],
        "answers_left_out": True,
        "sessions": ["København", "Aalborg"],
        "taker_name": "Tage Efterfølger",
        "giver_name": "Gerda Forgænger",
        "own_page_url": f"{BASE_URL}/r/eksempel/",
        "invitation_url": f"{BASE_URL}/i/eksempel/",
    },
    "en": {
        "name": "Sofie Sample",
        "reference": "K7MP4Q",
        "state": "confirmed",
        "event_title": "The place of politicians in public innovation",
        "event_url": f"{BASE_URL}/en/open-workshops/",
        "form_title": "Try out a solution",
        "lead": "A day of work on how politicians can take part while the new is being made.",
        "when": "Wednesday 3 February 2027, 13:00–16:00 (Europe/Copenhagen)",
        "answer_by": "Friday 22 January 2027 at 12:00 (Europe/Copenhagen)",
        "offer_ends": "Friday 29 January 2027 at 12:00 (Europe/Copenhagen)",
        "session_name": "Aalborg",
        "session_heading": "When citizens are there from the start",
        "first_choice_name": "",
        "venue": "Nordkraft, Kjellerups Torv 1, 9000 Aalborg",
        "venue_name": "Nordkraft",
        "venue_address": "Kjellerups Torv 1, 9000 Aalborg",
        "starts_at": "2027-02-03T13:00:00+01:00",
        "ends_at": "2027-02-03T16:00:00+01:00",
        "contact_email": "workshop@example.dk",
        "contacts": [
            {
                "name": "Karen Contact",
                "title": "project manager",
                "phone": "+45 99 31 00 00",
                "email": "karen@example.dk",
            }
        ],
        "note": "Do bring a colleague.\nThere is coffee from 12:30.",
        "answers": [
            ["Organisation", "Sample Municipality"],
            ["What would you like to talk about?", "How we get going\nand keep at it."],
        ],
        "answers_left_out": True,
        "sessions": ["Copenhagen", "Aalborg"],
        "taker_name": "Terry Successor",
        "giver_name": "Grace Forerunner",
        "own_page_url": f"{BASE_URL}/r/sample/",
        "invitation_url": f"{BASE_URL}/i/sample/",
    },
}

TO_STAFF = {"path": "/admin/registrations/", "own_page_url": "", "note": ""}
NO_CHOICE: dict[str, Any] = {"sessions": []}
"""Somebody who is invited to one session."""
OTHER_SESSIONS = {
    "da": [{"name": "København", "when": "torsdag den 4. februar 2027, 13.00–16.00"}],
    "en": [{"name": "Copenhagen", "when": "Thursday 4 February 2027, 13:00–16:00"}],
}

ONLY_IN: dict[str, dict[str, dict[str, Any]]] = {
    "staff_new_registration": {"da": TO_STAFF, "en": TO_STAFF},
    "staff_new_submission": {"da": TO_STAFF, "en": TO_STAFF},
    "address_bounced": {"da": TO_STAFF, "en": TO_STAFF},
    "staff_form_digest": {
        code: {
            "number": 5,
            "forms": [
                {"title": COMMON[code]["form_title"], "number": 5, "path": "/admin/submissions/"}
            ],
        }
        for code in LANGUAGES
    },
    "outbox_stopped": {
        "da": {"since": "25. november 2026 12:00", "what": "Mailserveren afviser vores login."},
        "en": {"since": "25 November 2026 12:00", "what": "The mail server refuses our log-in."},
    },
    "staff_digest": {
        code: {
            **TO_STAFF,
            "number": 14,
            "events": [
                {
                    "title": COMMON[code]["event_title"],
                    "number": 12,
                    "path": "/admin/registrations/",
                    "sessions": [[name, 6] for name in COMMON[code]["sessions"]],
                },
                {
                    "title": COMMON[code]["form_title"],
                    "number": 2,
                    "path": "/admin/registrations/",
                    "sessions": [["Aalborg", 2]],
                },
            ],
        }
        for code in LANGUAGES
    },
    "test_mail": {"da": {}, "en": {}},
    "invitation": {"da": NO_CHOICE, "en": NO_CHOICE},
    "invitation_reminder": {"da": NO_CHOICE, "en": NO_CHOICE},
    "changed": {
        "da": {"changes": [["Organisation", "Eksempel Kommune", "Region Eksempel"]]},
        "en": {"changes": [["Organisation", "Sample Municipality", "Sample Region"]]},
    },
    "event_changed": {
        "da": {"was_when": "tirsdag den 2. februar 2027, 10.00–13.00", "was_where": "Rådhuset"},
        "en": {"was_when": "Tuesday 2 February 2027, 10:00–13:00", "was_where": "The town hall"},
    },
    "session_closed": {
        "da": {"other_sessions": OTHER_SESSIONS["da"]},
        "en": {"other_sessions": OTHER_SESSIONS["en"]},
    },
    "mailing": {
        "da": {
            "subject": "Husk varmt tøj til turen i havnen",
            "words_language": "da",
            "paragraphs": [
                [["Efter frokost går vi en tur langs havnen, så tag varmt tøj med.", ""]],
                [["Programmet ligger på ", ""], [f"{BASE_URL}/program", "link"], [".", ""]],
                [["Kan du ikke komme, så meld afbud her: ", ""], ["…", "own"]],
            ],
        },
        "en": {
            "subject": "Remember warm clothes for the walk in the harbour",
            "words_language": "en",
            "paragraphs": [
                [["After lunch we walk along the harbour, so bring warm clothes.", ""]],
                [["The programme is at ", ""], [f"{BASE_URL}/en/programme", "link"], [".", ""]],
                [["If you cannot come, tell us here: ", ""], ["…", "own"]],
            ],
        },
    },
}
"""What one kind alone is rendered from, by language."""

# What a mail may have to do without: a page that is gone, a session without time and place.
MAY_BE_MISSING = (
    *("event_url", "lead", "when", "answer_by", "session_heading", "first_choice_name"),
    *("venue", "venue_name", "venue_address", "starts_at", "ends_at", "contact_email"),
    *("contacts", "note", "answers", "answers_left_out", "sessions", "other_sessions"),
    *("was_when", "was_where", "changes", "own_page_url", "invitation_url"),
)


def shown_kinds() -> list[MessageKind]:
    """Return every kind that has a look of its own."""
    return [kind for kind in all_kinds() if kind.name not in LIKE_OTHERS]


def kinds_without_sample() -> list[str]:
    """Return the names of the kinds that nobody has thought of a sample for."""
    return [
        kind.name
        for kind in shown_kinds()
        if kind.name not in ONLY_IN and not all(kind.sample(code) for code in LANGUAGES)
    ]


def sample_message(kind: MessageKind, language: str) -> Message:
    """Return a mail of ``kind`` in ``language``, with everything in it that there can be.

    It is not in the database, and nothing is looked up there when it is rendered without links:
    those that its recipient has are among what it is rendered from.
    """
    own = ONLY_IN.get(kind.name, {}).get(language, {})
    return message(kind, language, **{**COMMON[language], **own})


def bare_message(kind: MessageKind, language: str) -> Message:
    """Return the same with as little in it as there can be."""
    full = sample_message(kind, language)
    bare = {name: type(value)() for name, value in full.context.items() if name in MAY_BE_MISSING}
    full.context |= bare
    return full


def message(kind: MessageKind, language: str, **context: Any) -> Message:
    """Return a mail of ``kind`` rendered from its own sample and ``context``."""
    return Message(
        kind=kind.name,
        language=language,
        to="sofie@example.dk",
        # Of one that was sent, no words of the editors' own are looked up.
        state=MessageState.SENT,
        sent_at=MOMENT,
        created_at=MOMENT,
        scope_key=NOWHERE,
        subject_key=NOWHERE,
        context={**kind.sample(language), **context},
    )
