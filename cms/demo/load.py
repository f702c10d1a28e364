"""Loading the demo: two languages of a site, one invitation, and those who registered for it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from events.models import EventRecord, Host

from . import texts_da, texts_en
from .dates import ZONE, event_dates, move_dates_on
from .invitation import make_invitation
from .media import Shelf
from .registrations import make_registrations, opening_moment
from .tree import LanguageTree, make_tree, own_pages
from .trial import give_form_access, make_trial_form
from .users import give_access, make_users

__all__ = ["LoadedDemo", "is_loaded", "load_demo", "move_dates_on"]

SITES = (texts_da.SITE, texts_en.SITE)


@dataclass(frozen=True)
class LoadedDemo:
    """What was loaded."""

    event_key: uuid.UUID
    pages: int
    registrations: int


def is_loaded() -> bool:
    """Return whether there is anything besides what Wagtail puts into an empty site."""
    return bool(own_pages().exists() or EventRecord.objects.exists())


def load_demo(*, now: dt.datetime | None = None) -> LoadedDemo:
    """Load the demo beside whatever is there, in one transaction, and serve it at ``/``.

    Whether it should be loaded is for the caller to ask: ``is_loaded``.
    """
    today = (now or timezone.now()).astimezone(ZONE).date()
    with (
        translation.override(texts_da.SITE.language),
        transaction.atomic(),
        disable_reference_index_auto_update(),
    ):
        users = make_users()
        shelf = Shelf(user=users["editor"])
        trees = make_tree(*SITES, shelf=shelf)
        invitation = make_invitation(
            trees,
            shelf=shelf,
            dates=event_dates(today),
            published_at=opening_moment(today),
        )
        registrations = make_registrations(invitation, SITES, staff=users["staff"], today=today)
        form_key = make_trial_form(trees, shelf=shelf)
        # Nobody is to get a mail about each of the made-up registrations.
        invitation.event.registrations.update(staff_told_at=F("created_at"))
        give_access(users, event_key=invitation.event.key, session_keys=invitation.session_keys)
        give_form_access(users, form_key=form_key)
        pages = _pages_of(trees)
        _index_references(pages)
    _forget_first_addresses(pages)
    return LoadedDemo(event_key=invitation.event.key, pages=len(pages), registrations=registrations)


def _pages_of(trees: tuple[LanguageTree, ...]) -> list[Any]:
    homes = Page.objects.filter(pk__in=[tree.home.pk for tree in trees])
    return [page.specific for home in homes for page in home.get_descendants(inclusive=True)]


def _index_references(pages: list[Any]) -> None:
    """Note, once, what uses which picture and snippet."""
    for thing in (*pages, *Host.objects.all()):
        ReferenceIndex.create_or_update_for_object(thing)


def _forget_first_addresses(pages: list[Any]) -> None:
    """Delete the redirects from addresses that the translations had before they had their own."""
    Redirect.objects.filter(automatically_created=True, redirect_page__in=pages).delete()
