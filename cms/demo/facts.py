"""What holds in every language: organisations, places, telephone numbers, seats.

No Danish subscriber's number begins with 1, and nobody owns an address at example.dk.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.enums import WayIn
from forms.enums import Autocomplete, QuestionType

ORGANISATION = "Center for Offentlig Nytænkning"
ADDRESS = "Værkstedsgården 4, 1411 København K"
PHONE = "12 34 56 00"
EMAIL = "center@example.dk"
MAILBOX = "tilmelding@example.dk"

FIGURE = "figure.jpg"
LISTING = "listing.jpg"

WAY_IN = WayIn.APPLICATION
APPLICATIONS_HOLD_SEAT = True


@dataclass(frozen=True)
class HostFacts:
    """An organisation with a drawn logo; only the made-up centre has a web address."""

    name: str
    logo: str
    url: str = ""


@dataclass(frozen=True)
class ContactFacts:
    """Somebody to ask. They are made up, as everybody here."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class SessionFacts:
    """One session: its seats, its address, who helps to hold it and whom to ask."""

    capacity: int
    image: str
    street: str
    postal_code: str
    map_url: str
    co_hosts: tuple[HostFacts, ...]
    contact: ContactFacts


@dataclass(frozen=True)
class QuestionFacts:
    """One question: the key its answers are kept under, and how it is answered."""

    key: str
    field_type: QuestionType
    required: bool = False
    autocomplete: str = ""
    max_length: int | None = None
    asked_if: tuple[str, int] | None = None
    """The key of an earlier question, and which of its choices must have been taken."""


CENTRE = HostFacts(ORGANISATION, "logo-1.png", "https://center.example.dk/")

COPENHAGEN = SessionFacts(
    capacity=45,
    image="copenhagen.jpg",
    street="Kaptajnskajen 12",
    postal_code="1411",
    map_url="https://www.openstreetmap.org/#map=16/55.6735/12.5910",
    co_hosts=(
        HostFacts("Gentofte Kommune", "logo-2.png"),
        HostFacts("Furesø Kommune", "logo-4.png"),
        HostFacts("Innovationshuset i Københavns Kommune", "logo-6.png"),
    ),
    contact=ContactFacts("Freja Winterholm", "12 34 56 03", "freja.winterholm@example.dk"),
)
AALBORG = SessionFacts(
    capacity=40,
    image="aalborg.jpg",
    street="Broloftet 3",
    postal_code="9000",
    map_url="https://www.openstreetmap.org/#map=16/57.0512/9.9270",
    co_hosts=(
        HostFacts("Aalborg Kommune", "logo-3.png"),
        HostFacts("Videnscenter for Velfærdsteknologi Vestdanmark", "logo-5.png"),
    ),
    contact=ContactFacts("Villads Fjordgaard", "12 34 56 04", "villads.fjordgaard@example.dk"),
)
SESSIONS = (COPENHAGEN, AALBORG)

HOSTS = (CENTRE, *COPENHAGEN.co_hosts, *AALBORG.co_hosts)

CONTACTS = (
    ContactFacts("Amalie Ravnkilde", "12 34 56 01", "amalie.ravnkilde@example.dk"),
    ContactFacts("Troels Egebjerg", "12 34 56 02", "troels.egebjerg@example.dk"),
)

AUDIENCE_IS_CHOICE = (False, True, True, True, True, True)


@dataclass(frozen=True)
class CellFacts:
    """Seats of an audience at a session: indexes into ``SESSIONS`` and the audiences."""

    session: int
    audience: int
    most: int | None = None
    aim: int | None = None
    kept: int = 0


POLITICIAN, FRONT_LINE, COMPANY = 1, 3, 4
CELLS = (
    CellFacts(0, POLITICIAN, aim=16, kept=12),
    CellFacts(0, FRONT_LINE, aim=10),
    CellFacts(0, COMPANY, most=12),
    CellFacts(1, POLITICIAN, aim=14, kept=10),
    CellFacts(1, FRONT_LINE, aim=10),
    CellFacts(1, COMPANY, most=10),
)
OFFERS_BY_MIX = True

ORGANISATION_KEY = "organisation"
JOB_TITLE_KEY = "titel"
HOPE_KEY = "hjem"
PRACTICAL_KEY = "praktisk"
EXAMPLE_KEY = "eksempel"
NEWS_KEY = "afproevning"

QUESTIONS = (
    QuestionFacts(
        ORGANISATION_KEY, QuestionType.SINGLELINE, autocomplete=Autocomplete.ORGANISATION
    ),
    QuestionFacts(JOB_TITLE_KEY, QuestionType.SINGLELINE, autocomplete=Autocomplete.JOB_TITLE),
    QuestionFacts("paa_dagen", QuestionType.SECTION),
    QuestionFacts(HOPE_KEY, QuestionType.MULTILINE),
    QuestionFacts(PRACTICAL_KEY, QuestionType.CHECKBOXES),
    QuestionFacts(EXAMPLE_KEY, QuestionType.MULTILINE, max_length=300, asked_if=(PRACTICAL_KEY, 1)),
    QuestionFacts(NEWS_KEY, QuestionType.CHECKBOX),
)
