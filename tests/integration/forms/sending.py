"""Sending a form as the view does, and the people of the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from forms.actions.submit import Submitted, keep_form_version, submit_form
from forms.models import Submission
from tests.factories import FormAccessFactory, GroupFactory, MadeForm, UserFactory

ANSWERS = {"navn": "Anna Aal", "e_mail": "anna@example.dk"}
RIGHTS = ("can_sensitive", "can_export", "can_delete")


def at(moment: dt.datetime) -> Callable[[], dt.datetime]:
    """Return a clock that stands still."""
    return lambda: moment


def days_ago(days: float) -> Callable[[], dt.datetime]:
    """Return a clock that stands still some days ago."""
    return at(timezone.now() - dt.timedelta(days=days))


def send(form: MadeForm, answers: dict[str, Any] | None = None, **arguments: Any) -> Submitted:
    """Send ``answers`` to the form as it is now."""
    version = keep_form_version(
        form_key=form.key, language="da", specs=form.reload().question_specs()
    )
    return submit_form(
        record=form.record,
        form_version=version,
        answers=ANSWERS if answers is None else answers,
        **arguments,
    )


def kept(form: MadeForm, answers: dict[str, Any] | None = None, **arguments: Any) -> Submission:
    """Return what was kept."""
    return send(form, answers, **arguments).submission


def into_admin(user: Any) -> Any:
    """Let somebody into the admin, with no other right."""
    group = GroupFactory(name=f"Adgang {user.username}")
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    user.groups.add(group)
    return user


@dataclass(frozen=True)
class DeskPeople:
    """Who may do what on ``form``; ``outsider`` may do everything on ``other``."""

    admin: Any
    all_rights: Any
    viewer: Any
    exporter: Any
    deleter: Any
    outsider: Any
    editor: Any
    nobody: Any


def make_desk_people(form: MadeForm, other: MadeForm) -> DeskPeople:
    """Make the people of the desk."""
    names = ("all_rights", "viewer", "exporter", "deleter", "outsider", "editor", "nobody")
    users = {name: into_admin(UserFactory(username=name)) for name in names}
    everything = dict.fromkeys(RIGHTS, True)
    FormAccessFactory(user=users["all_rights"], form_key=form.key, **everything)
    FormAccessFactory(user=users["viewer"], form_key=form.key)
    FormAccessFactory(user=users["exporter"], form_key=form.key, can_export=True)
    FormAccessFactory(user=users["deleter"], form_key=form.key, can_delete=True)
    FormAccessFactory(user=users["outsider"], form_key=other.key, **everything)
    users["editor"].groups.add(Group.objects.get(name="Moderators"))
    admin = UserFactory(username="admin", is_superuser=True, is_staff=True)
    return DeskPeople(admin=admin, **users)
