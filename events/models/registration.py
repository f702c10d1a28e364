"""Registrations: one person's request for a seat at a session, with a state."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.models import Submission

from ..enums import LIVE_STATES, RegistrationState, Right, SeatPoolKind
from .access import EventAccess
from .ledger import EventRecord, SeatPool, Todo

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")

REFERENCE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ379"  # nothing that is read as something else
REFERENCE_LENGTH = 8
POOL_KIND = {
    "event_sessions": SeatPoolKind.EVENT_SESSION,
    "audiences": SeatPoolKind.AUDIENCE,
}


def new_reference() -> str:
    """Return a code that people can read to each other over the telephone."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def access_to(
    user: AbstractBaseUser | AnonymousUser, right: Right, *, event_key: str, session_key: str | None
) -> Any:
    """Return a condition: ``user`` has ``right`` to the row whose keys the two lookups name.

    ``session_key`` of None asks for access to the event as a whole or to any part of it.
    """
    rows = EventAccess.objects.held_by(user).granting(right)
    rows = rows.filter(event_key=models.OuterRef(event_key))
    if session_key is not None:
        rows = rows.filter(
            models.Q(event_session_key__isnull=True)
            | models.Q(event_session_key=models.OuterRef(session_key))
        )
    return models.Exists(rows)


def narrowed_to(
    rows: Rows,
    user: AbstractBaseUser | AnonymousUser,
    right: Right,
    *,
    event_key: str,
    session_key: str | None,
) -> Rows:
    """Return those of ``rows`` that ``user`` has ``right`` to.

    The lookups are those of ``access_to``. Superusers have every right, the inactive none.
    """
    if not user.is_active or user.pk is None:
        return rows.none()
    if getattr(user, "is_superuser", False):
        return rows
    return rows.filter(access_to(user, right, event_key=event_key, session_key=session_key))


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Adjectives for registrations."""

    def live(self) -> RegistrationQuerySet:
        """Those that count as a person's one registration at an event."""
        return self.filter(state__in=LIVE_STATES)

    def waiting(self) -> RegistrationQuerySet:
        """The waiting list, in its order."""
        return self.filter(state=RegistrationState.WAITING).order_by("waiting_since", "id")

    def visible_to(
        self, user: AbstractBaseUser | AnonymousUser, right: Right = Right.VIEW
    ) -> RegistrationQuerySet:
        """Those that ``user`` has ``right`` to."""
        return narrowed_to(
            self, user, right, event_key="event__key", session_key="event_session_key"
        )


class Registration(models.Model):
    """One person's request for a seat.

    Rows come into being in ``actions.register`` alone, and their ``state`` is written there and in
    ``actions.transition`` alone. Session and audience are keys, not foreign keys: the rows they
    stand for are content and change their primary key when a page is reverted.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_reference, editable=False
    )
    event = models.ForeignKey(EventRecord, on_delete=models.PROTECT, related_name="registrations")
    event_session_key = models.UUIDField(_("session"))
    audience_key = models.UUIDField(_("audience"), null=True)
    first_choice_key = models.UUIDField(
        null=True, help_text=_("The session asked for first, when the seat is at another.")
    )
    second_choice_key = models.UUIDField(null=True)
    takes_any_session = models.BooleanField(
        default=False, help_text=_("Whether every other session is a second choice.")
    )
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=16, choices=RegistrationState.choices)
    waiting_since = models.DateTimeField(null=True)
    offer_expires_at = models.DateTimeField(null=True)
    is_over_capacity = models.BooleanField(
        default=False, help_text=_("Whether staff gave a seat that was not there.")
    )
    group = models.UUIDField(
        null=True, help_text=_("What those who were registered together have in common.")
    )
    replaces = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="replaced_by",
        help_text=_("Whose seat was handed over."),
    )
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"))
    organisation = models.CharField(_("organisation"), max_length=255, blank=True)
    language = models.CharField(_("language"), max_length=16)
    identity_key = models.CharField(max_length=500)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("registered"))
    staff_told_at = models.DateTimeField(
        null=True, help_text=_("When those who hear of each new one at once were told.")
    )
    calendar_sequence = models.PositiveIntegerField(
        default=0, help_text=_("Grows with each decision, so that the newer calendar entry wins.")
    )
    state_changed_at = models.DateTimeField(_("decided"))
    link_generation = models.PositiveIntegerField(
        default=1, help_text=_("Grows when links that were sent shall not work any more.")
    )
    link_expires_at = models.DateTimeField(null=True)
    link_sent_at = models.DateTimeField(
        null=True, help_text=_("When the link was last asked for and sent again.")
    )

    objects: Any = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["event", "state", "event_session_key", "audience_key"],
                name="kommed_events_registration_by",
            ),
            models.Index(
                fields=["event", "waiting_since", "id"],
                condition=models.Q(state=RegistrationState.WAITING),
                name="kommed_registration_waiting",
            ),
            models.Index(
                fields=["offer_expires_at"],
                condition=models.Q(state=RegistrationState.OFFERED),
                name="kommed_registration_offered",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(staff_told_at__isnull=True),
                name="kommed_registration_untold",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RegistrationState.values),
                name="kommed_events_registration_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RegistrationState.WAITING, waiting_since__isnull=False)
                | (
                    ~models.Q(state=RegistrationState.WAITING)
                    & models.Q(waiting_since__isnull=True)
                ),
                name="kommed_events_registration_waiting_since_with_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RegistrationState.OFFERED, offer_expires_at__isnull=False)
                | (
                    ~models.Q(state=RegistrationState.OFFERED)
                    & models.Q(offer_expires_at__isnull=True)
                ),
                name="kommed_events_registration_offer_expires_with_state",
            ),
            models.UniqueConstraint(
                fields=["event", "identity_key"],
                condition=models.Q(state__in=sorted(LIVE_STATES)),
                name="kommed_events_registration_one_live_per_person",
            ),
        ]

    def __str__(self) -> str:
        """The reference; everything else is personal data."""
        return str(self.reference)


class AnswerChange(models.Model):
    """Answers that a person has replaced by others: staff see the difference."""

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="answer_changes"
    )
    previous = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="+", help_text=_("What was said before.")
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of answers")
        verbose_name_plural = _("changes of answers")
        ordering = ["-id"]

    def __str__(self) -> str:
        """Whose it is, by reference; the answers are personal data."""
        return str(self.registration)


def live_submissions(event_key: uuid.UUID) -> models.QuerySet[Submission]:
    """Return the submissions whose places at limited choices count: those of live registrations."""
    live = Registration.objects.live().filter(event__key=event_key)
    return Submission.objects.filter(pk__in=live.values("submission"))


def events_visible_to(
    user: AbstractBaseUser | AnonymousUser, right: Right = Right.VIEW
) -> models.QuerySet[EventRecord]:
    """Return the events of which ``user`` has ``right`` to at least some registrations."""
    records = EventRecord.objects.all()
    return narrowed_to(records, user, right, event_key="key", session_key=None)


def seat_pools_visible_to(
    user: AbstractBaseUser | AnonymousUser, right: Right = Right.VIEW
) -> models.QuerySet[SeatPool]:
    """Return the pools of the sessions of which ``user`` has ``right`` to the registrations."""
    pools = SeatPool.objects.filter(event_session_key__isnull=False)
    return narrowed_to(pools, user, right, event_key="event__key", session_key="event_session_key")


def todos_visible_to(user: AbstractBaseUser | AnonymousUser) -> models.QuerySet[Todo]:
    """Return the open to-dos about sessions, or whole events, that ``user`` decides on."""
    todos = Todo.objects.filter(done_at__isnull=True)
    return narrowed_to(
        todos, user, Right.CHANGE, event_key="event__key", session_key="event_session_key"
    )


def live_registrations_by_row(
    event_key: uuid.UUID, relation: str
) -> dict[uuid.UUID, tuple[str, int]]:
    """Return name and number of live registrations for each session or audience that has any.

    ``relation`` is the page's child relation: ``event_sessions`` or ``audiences``.
    """
    column = {"event_sessions": "event_session_key", "audiences": "audience_key"}[relation]
    counts = dict(
        Registration.objects.live()
        .filter(event__key=event_key, **{f"{column}__isnull": False})
        .values_list(column)
        .annotate(models.Count("id"))
        .order_by()
    )
    pools = SeatPool.objects.filter(event__key=event_key, **{f"{column}__in": list(counts)})
    names = {getattr(pool, column): pool.name for pool in pools.filter(kind=POOL_KIND[relation])}
    return {key: (names.get(key, ""), count) for key, count in counts.items()}
