"""What one may do: pairs of ``check_can_x``, which raises, and ``can_x``, which answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from .enums import FormRight
from .models import FormAccess, FormRecord, forms_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def can_use_desk(user: User) -> bool:
    """Return whether ``user`` may see what was sent on any form at all."""
    return forms_visible_to(user).exists()


def check_can_use_desk(user: User) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may see what was sent on some form."""
    if not can_use_desk(user):
        raise PermissionDenied


def can_see_sensitive(user: User, record: FormRecord) -> bool:
    """Return whether ``user`` may see the answers of special categories on this form."""
    return _has(user, FormRight.SENSITIVE, record)


def check_can_see_sensitive(user: User, record: FormRecord) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may see answers of special categories."""
    if not can_see_sensitive(user, record):
        raise PermissionDenied


def can_export(user: User, record: FormRecord) -> bool:
    """Return whether ``user`` may take what was sent on this form away as a file."""
    return _has(user, FormRight.EXPORT, record)


def check_can_export(user: User, record: FormRecord) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may export what was sent on this form."""
    if not can_export(user, record):
        raise PermissionDenied


def can_delete(user: User, record: FormRecord) -> bool:
    """Return whether ``user`` may delete what was sent on this form."""
    return _has(user, FormRight.DELETE, record)


def check_can_delete(user: User, record: FormRecord) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may delete what was sent on this form."""
    if not can_delete(user, record):
        raise PermissionDenied


def can_give_access(user: User) -> bool:
    """Return whether ``user`` may say who sees what was sent on forms."""
    has_perm = getattr(user, "has_perm", None)
    return bool(has_perm and has_perm(f"{FormAccess._meta.app_label}.change_formaccess"))


def check_can_give_access(user: User) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may say who sees what was sent on forms."""
    if not can_give_access(user):
        raise PermissionDenied


def _has(user: User, right: FormRight, record: FormRecord) -> bool:
    return forms_visible_to(user, right).filter(pk=record.pk).exists()
