"""Whom a mailing is for: a filter, narrowed to those its writer may write to."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from forms.builder import expand
from forms.choices import OTHER
from forms.enums import CHOICE_TYPES, DELIVERY_TROUBLE, HELD, Delivery
from forms.models import FormVersion, Message, QuestionSpec

from ..enums import RegistrationState, Right
from ..models import EventRecord, Mailing, Registration

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    User = AbstractBaseUser | AnonymousUser

VERSIONS_READ = 50
"""Of how many versions of an event's form the questions can be asked after, newest first."""
ROWS_AT_ONCE = 500
BOUNCED, NOT_BOUNCED = "yes", "no"


@dataclass(frozen=True)
class MailingFilter:
    """What somebody must be like to get a mailing. All that is said must hold.

    Of ``sessions`` and ``audiences`` none means any; of ``states`` none means nobody. ``question``
    and ``choice`` are keys. ``bounced`` is about any mail to the person so far.
    """

    states: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    question: str = ""
    choice: str = ""
    bounced: str = ""

    def as_document(self) -> dict[str, Any]:
        """Return the filter as ``Mailing.filters`` keeps it."""
        found = {
            "states": list(self.states),
            "sessions": list(self.sessions),
            "audiences": list(self.audiences),
            "question": self.question,
            "choice": self.choice,
            "bounced": self.bounced,
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> MailingFilter:
        """Return the filter that ``document`` keeps; what is strange in it is left out."""
        kept: dict[str, Any] = {
            name: tuple(str(item) for item in document.get(name) or ())
            for name in ("states", "sessions", "audiences")
        }
        for name in ("question", "choice", "bounced"):
            kept[name] = str(document.get(name) or "")
        return cls(**kept)


@dataclass(frozen=True)
class AskedQuestion:
    """A question of which one can ask who chose what."""

    key: str
    label: str
    choices: dict[str, str]
    is_sensitive: bool


@dataclass
class Recipients:
    """Who gets a mailing, and who would if mail to them arrived; primary keys, by name."""

    ids: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        """How many get a mail."""
        return len(self.ids)


def asked_questions(event: EventRecord, *, language: str) -> dict[str, AskedQuestion]:
    """Return the questions with choices that the event's form asks or has asked, in one query.

    In ``language`` where they were ever asked in it. A question that was of a special category in
    any version is so here.
    """
    versions = FormVersion.objects.filter(form_key=event.key).order_by("-pk")[:VERSIONS_READ]
    found: dict[str, AskedQuestion] = {}
    ordered = sorted(versions, key=lambda version: version.language != language)
    for spec in (spec for version in ordered for spec in expand(version.specs)):
        if spec.field_type not in CHOICE_TYPES:
            continue
        before = found.get(spec.key)
        choices = _choices_of(spec) if before is None else _choices_of(spec) | before.choices
        found[spec.key] = AskedQuestion(
            key=spec.key,
            label=before.label if before else spec.label,
            choices=choices,
            is_sensitive=spec.is_sensitive or (before is not None and before.is_sensitive),
        )
    return found


def _choices_of(spec: QuestionSpec) -> dict[str, str]:
    choices = {key: str(label) for key, label in spec.choices}
    return choices | ({OTHER: ""} if spec.has_other else {})


def candidates(
    *, event: EventRecord, wanted: MailingFilter, writer: User | None, sensitive: bool
) -> QuerySet[Registration]:
    """Return whom ``wanted`` may find among those ``writer`` may write to, answers not yet asked.

    ``sensitive`` narrows to those whose answers of special categories the writer may read. Who was
    erased, and what nobody has yet said is a person, is in none.
    """
    rows: QuerySet[Registration] = Registration.objects.filter(event=event)
    if writer is None:
        return rows.none()
    rows = Registration.objects.visible_to(writer, Right.MESSAGE).filter(event=event)
    if sensitive:
        seen = Registration.objects.visible_to(writer, Right.SENSITIVE).filter(event=event)
        rows = rows.filter(pk__in=seen.values("pk"))
    rows = rows.filter(state__in=wanted.states).exclude(email="")
    rows = rows.exclude(state=RegistrationState.PENDING, submission__suspicion__in=HELD)
    if wanted.sessions:
        rows = rows.filter(event_session_key__in=_keys(wanted.sessions))
    if wanted.audiences:
        rows = rows.filter(audience_key__in=_keys(wanted.audiences))
    if wanted.bounced:
        bounced = Message.objects.filter(
            scope_key=event.key, delivery=Delivery.BOUNCED, subject_key__isnull=False
        ).values("subject_key")
        had_one = Q(uuid__in=bounced)
        rows = rows.filter(had_one if wanted.bounced == BOUNCED else ~had_one)
    return rows


def with_suppression(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """Add ``is_suppressed``: mail to the address bounced, or was called spam, at any event."""
    trouble = Message.objects.filter(delivery__in=DELIVERY_TROUBLE).values(address=Lower("to"))
    return rows.annotate(address=Lower("email")).annotate(
        is_suppressed=Case(
            When(address__in=trouble, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def needs_sensitive(event: EventRecord, wanted: MailingFilter) -> bool:
    """Return whether ``wanted`` asks after an answer of a special category."""
    if not wanted.question:
        return False
    question = asked_questions(event, language="").get(wanted.question)
    # What nobody knows any more is handled as the most careful thing it may have been.
    return question is None or question.is_sensitive


def find_recipients(
    *, event: EventRecord, wanted: MailingFilter, writer: User | None
) -> Recipients:
    """Return who would get a mailing now, in the order of their names."""
    rows = candidates(
        event=event, wanted=wanted, writer=writer, sensitive=needs_sensitive(event, wanted)
    )
    found = Recipients()
    for pk, language, is_suppressed in _matching(rows.order_by("name", "pk"), wanted):
        if is_suppressed:
            found.left_out.append(pk)
        else:
            found.ids.append(pk)
            found.languages[language] += 1
    return found


def _matching(
    rows: QuerySet[Registration], wanted: MailingFilter
) -> Iterator[tuple[int, str, bool]]:
    names = ["pk", "language", "is_suppressed"]
    # The answers are asked for only where they are looked at, and a few at a time.
    names += ["submission__answers"] if wanted.question else []
    for row in with_suppression(rows).values_list(*names).iterator(chunk_size=ROWS_AT_ONCE):
        if not wanted.question or has_chosen(row[3], wanted):
            yield row[0], row[1], bool(row[2])


def has_chosen(answers: Any, wanted: MailingFilter) -> bool:
    """Return whether ``answers`` hold the choice that is asked after."""
    answer = answers.get(wanted.question) if isinstance(answers, dict) else None
    if isinstance(answer, list):
        return wanted.choice in [str(item) for item in answer]
    return answer is not None and str(answer) == wanted.choice


def next_people(
    mailing: Mailing, *, after: int, limit: int, sensitive: bool
) -> tuple[list[Registration], int | None]:
    """Return the next of those ``mailing`` goes to, and where to go on; None when it is through.

    Looks at ``limit`` registrations whose primary key is above ``after``, so that each call costs
    the same however many there are. Whoever registered after the mailing began is not among them.
    """
    wanted = MailingFilter.from_document(mailing.filters)
    rows = candidates(
        event=mailing.event, wanted=wanted, writer=mailing.created_by, sensitive=sensitive
    ).filter(pk__gt=after, created_at__lte=mailing.started_at)
    if wanted.question:
        rows = rows.select_related("submission")
    looked_at = list(with_suppression(rows).order_by("pk")[:limit])
    people = [
        person
        for person in looked_at
        if not person.is_suppressed  # type: ignore[attr-defined]
        and (not wanted.question or has_chosen(person.submission.answers, wanted))
    ]
    return people, looked_at[-1].pk if len(looked_at) == limit else None


def still_concerns(mailing: Mailing, registration_uuid: uuid.UUID | None) -> bool:
    """Return whether somebody is still one of those whom the mailing's writer writes to.

    What they answered and whether a mail bounced was asked when it was put in the outbox.
    """
    wanted = MailingFilter.from_document({**mailing.filters, "question": "", "bounced": ""})
    rows = candidates(
        event=mailing.event, wanted=wanted, writer=mailing.created_by, sensitive=False
    )
    return bool(rows.filter(uuid=str(registration_uuid)).exists())


def _keys(texts: tuple[str, ...]) -> list[uuid.UUID]:
    keys = []
    for text in texts:
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            continue
    return keys
