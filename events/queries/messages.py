"""Which mails of the outbox somebody may see, read, and have sent again."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from forms.enums import FormRight, MessagePriority
from forms.models import Message, Submission

from ..enums import Right
from ..models import Invitation, Registration

TO_STAFF = Q(priority=MessagePriority.STAFF) | Q(kind__startswith="staff_")
"""Mails to staff: for whom they are, and for superusers."""


def visible_messages(user: Any, right: Right = Right.VIEW) -> QuerySet[Message]:
    """Return the mails about registrations and invitations that ``user`` has ``right`` to.

    And those about what was sent on forms that they may see: there is no right to write to the
    senders of forms, and sending once more what is theirs already is less. Superusers have every
    right, also to mails that speak of nobody, or of somebody who is gone.
    """
    return _messages(user, right, FormRight.VIEW)


def readable_messages(user: Any) -> QuerySet[Message]:
    """Return those that ``user`` may read, and see the address of.

    The address of somebody who sent a form is an answer, which may be for few: so it takes the
    right to see answers of special categories there.
    """
    return _messages(user, Right.VIEW, FormRight.SENSITIVE)


def _messages(user: Any, right: Right, form_right: FormRight) -> QuerySet[Message]:
    if not user.is_active or user.pk is None:
        return Message.objects.none()
    if getattr(user, "is_superuser", False):
        return Message.objects.all()
    about = (
        Q(subject_key__in=Registration.objects.visible_to(user, right).values("uuid"))
        | Q(subject_key__in=Invitation.objects.visible_to(user, right).values("uuid"))
        | Q(subject_key__in=Submission.objects.visible_to(user, form_right).values("uuid"))
    ) & ~TO_STAFF
    if right == Right.VIEW and user.email:
        about |= TO_STAFF & Q(to__iexact=user.email)
    return Message.objects.filter(about)


def watched_messages(user: Any) -> QuerySet[Message]:
    """Return the mails that ``user`` sees in the outbox, each with ``is_readable``.

    Who watches over the outbox as a whole sees that there are others, not to whom nor what.
    """
    if getattr(user, "is_superuser", False):
        return visible_messages(user).annotate(is_readable=Value(True))
    rows = Message.objects.all() if sees_every_row(user) else visible_messages(user)
    return rows.annotate(is_readable=Exists(readable_messages(user).filter(pk=OuterRef("pk"))))


def sees_every_row(user: Any) -> bool:
    """Return whether ``user`` may see of every mail where it is, though not what it says."""
    return bool(user.has_perm(f"{Message._meta.app_label}.view_message"))
