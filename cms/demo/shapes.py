"""The shapes that the demo's words come in, one for each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextWords:
    """A heading with text under it."""

    heading: str
    html: str


@dataclass(frozen=True)
class QuoteWords:
    """What a made-up person says, and which of the portraits is theirs."""

    words: str
    person: str
    role: str
    organisation: str
    portrait: str


@dataclass(frozen=True)
class FactBoxWords:
    """A box with something worth knowing."""

    heading: str
    html: str


@dataclass(frozen=True)
class StepsWords:
    """Things that follow each other: title and text of each."""

    heading: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OutcomeWords:
    """What comes out of the event."""

    heading: str
    html: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class CallWords:
    """A nudge towards the form."""

    text: str
    button: str


@dataclass(frozen=True)
class DocumentWords:
    """A link to a file in ``files/``."""

    text: str
    title: str
    file: str


@dataclass(frozen=True)
class ReadingWords:
    """A link to one of the demo's own plain pages, by its name in ``SiteWords``."""

    text: str
    page: str


BlockWords = (
    TextWords
    | QuoteWords
    | FactBoxWords
    | StepsWords
    | OutcomeWords
    | CallWords
    | DocumentWords
    | ReadingWords
)


@dataclass(frozen=True)
class VenueWords:
    """What the two languages call a place; its address is in ``facts``."""

    name: str
    city: str
    directions: str
    accessibility: str


@dataclass(frozen=True)
class SessionWords:
    """One session: its angle, its place, and the title of the one to ask."""

    name: str
    heading: str
    description: str
    venue: VenueWords
    contact_title: str


@dataclass(frozen=True)
class AudienceWords:
    """What a group is called, and its point in "you are welcome if"."""

    name: str
    criterion: str


@dataclass(frozen=True)
class QuestionWords:
    """One question as it is asked; its type is in ``facts``."""

    label: str
    help_text: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventWords:
    """The invitation."""

    title: str
    slug: str
    lead: str
    figure_caption: str
    figure_credit: str
    listing_text: str
    search_description: str
    body: tuple[BlockWords, ...]
    sessions: tuple[SessionWords, ...]
    audiences: tuple[AudienceWords, ...]
    host_roles: tuple[str, ...]
    contact_titles: tuple[str, ...]
    questions: tuple[QuestionWords, ...]


@dataclass(frozen=True)
class PageWords:
    """A plain page, the front page or the list of events."""

    title: str
    slug: str
    lead: str
    html: str = ""
    body: tuple[BlockWords, ...] = ()
    in_menu: bool = False
    search_description: str = ""


@dataclass(frozen=True)
class DecisionWords:
    """What staff write to those they decide on."""

    confirmed: str
    waiting: str
    declined: str
    cancelled: str


@dataclass(frozen=True)
class SiteWords:
    """Everything the demo says in one language."""

    language: str
    home: PageWords
    index: PageWords
    plain_pages: dict[str, PageWords]
    event: EventWords
    decisions: DecisionWords
    hopes: tuple[str, ...]
