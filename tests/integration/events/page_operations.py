"""What editors do to the page of an event, through Wagtail's own admin views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from events.models import EventPage
from tests.factories import MadeEvent

from .editor import PUBLISH, form_in

HOUR = dt.timedelta(hours=1)
NO_PAGE = 999_999


class Watched(Client):
    """Somebody in the admin, of whom nothing is answered with 500."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        assert response.status_code < 500, request["PATH_INFO"]
        return response


@dataclass
class World:
    """The event, who edits it, and the two folders it may be in."""

    made: MadeEvent
    admin: Watched
    first_revision: int
    folders: tuple[int, int]
    last_known: dict[str, int]
    step: int = 0
    looks: bool = True
    """Whether each operation is asked for before it is sent, and the pages are visited after it."""

    def page(self, language: str) -> EventPage | None:
        """Return the event's page in ``language``, if there is one."""
        pages = EventPage.objects.filter(translation_key=self.made.page.translation_key)
        found = pages.filter(locale__language_code=language, alias_of__isnull=True).first()
        if found is not None:
            self.last_known[language] = found.pk
        return found

    def pk(self, language: str) -> int:
        """Return its primary key, or the one it had: the tab of an editor stays open."""
        self.page(language)
        return self.last_known.get(language, NO_PAGE)

    def any_page(self) -> EventPage | None:
        """Return the Danish page, or else the English one."""
        return self.page("da") or self.page("en")

    def post(self, view: str, *args: Any, **data: Any) -> Any:
        """Read the page at ``view``, as one does before it is sent, and send it."""
        url = reverse(view, args=args)
        if self.looks:
            self.admin.get(url)
        return self.admin.post(url, data)

    def edit(self, url: str, *, action: str = PUBLISH, **changes: Any) -> Any:
        """Open the editor at ``url``, change fields and send it, also if it does not open."""
        self.step += 1
        opened = self.admin.get(url)
        is_form = opened.status_code == 200 and b"event_sessions-TOTAL_FORMS" in opened.content
        data = form_in(opened.content.decode()).dict() if is_form else {}
        return self.admin.post(url, data | changes | ({action: "on"} if action else {}))


# The operations


def new_words(world: World) -> dict[str, str]:
    number = world.step + 1
    return {"title": f"Nye ord {number}", "event_sessions-0-heading": f"Overskrift {number}"}


def publish_changed(world: World, language: str = "da") -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[world.pk(language)])
    return world.edit(url, **new_words(world), go_live_at="", expire_at="")


def publish_translation(world: World) -> Any:
    return publish_changed(world, "en")


def save_draft(world: World) -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[world.pk("da")])
    return world.edit(url, action="", **new_words(world))


def revert(world: World) -> Any:
    """Go back to the first revision, and publish it."""
    args = [world.pk("da"), world.first_revision]
    return world.edit(reverse("wagtailadmin_pages:revisions_revert", args=args))


def soon(world: World) -> str:
    moment = (timezone.now() + HOUR).astimezone(world.made.page.zone)
    return moment.strftime("%Y-%m-%d %H:%M")


def schedule(world: World) -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[world.pk("da")])
    return world.edit(url, **new_words(world), go_live_at=soon(world), expire_at="")


def let_expire(world: World) -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[world.pk("da")])
    return world.edit(url, go_live_at="", expire_at=soon(world))


def time_passes(world: World) -> None:
    with time_machine.travel(timezone.now() + 2 * HOUR):
        call_command("publish_scheduled")


def _copy(world: World, **more: str) -> Any:
    page = world.any_page()
    world.step += 1
    data = {"new_title": "Kopi", "new_slug": f"kopi-{world.step}"}
    parent = page.get_parent().pk if page else world.folders[0]
    pk = page.pk if page else world.pk("da")
    return world.post("wagtailadmin_pages:copy", pk, **data, new_parent_page=str(parent), **more)


def copy(world: World) -> Any:
    return _copy(world)


def copy_live(world: World) -> Any:
    return _copy(world, publish_copies="on")


def make_alias(world: World) -> Any:
    return _copy(world, alias="on")


def translate(world: World) -> Any:
    page = world.any_page()
    locale = Locale.objects.get(language_code="en" if world.page("da") else "da")
    pk = page.pk if page else world.pk("da")
    return world.post("simple_translation:submit_page_translation", pk, locales=str(locale.pk))


def unpublish(world: World, language: str = "da") -> Any:
    return world.post("wagtailadmin_pages:unpublish", world.pk(language))


def unpublish_translation(world: World) -> Any:
    return unpublish(world, "en")


def unpublish_folder(world: World) -> Any:
    """Take down the folder that the page is in, with everything below it."""
    page = world.page("da")
    folder = page.get_parent().pk if page else world.folders[0]
    return world.post("wagtailadmin_pages:unpublish", folder, include_descendants="on")


def _in_bulk(world: World, action: str) -> Any:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    url += f"?id={world.pk('da')}&id={world.pk('en')}"
    if world.looks:
        world.admin.get(url)
    return world.admin.post(url)


def unpublish_both(world: World) -> Any:
    return _in_bulk(world, "unpublish")


def publish_again(world: World) -> Any:
    return _in_bulk(world, "publish")


def move(world: World) -> Any:
    """Move the page to the folder that it is not in."""
    page = world.page("da")
    here = page.get_parent().pk if page else world.folders[0]
    (there,) = set(world.folders) - {here}
    return world.post("wagtailadmin_pages:move_confirm", world.pk("da"), there)


def delete(world: World, language: str = "da") -> Any:
    """Ask, say that one knows that people are registered, and delete."""
    pk = world.pk(language)
    asked = world.post("wagtailadmin_pages:delete", pk)
    if asked.context is not None and "acknowledged" in asked.context:
        assert EventPage.objects.filter(pk=pk).exists()
        world.post("wagtailadmin_pages:delete", pk, **{asked.context["acknowledged"]: "1"})
        return world.post("wagtailadmin_pages:delete", pk)
    return asked


def delete_translation(world: World) -> Any:
    return delete(world, "en")


Operation = Callable[[World], Any]
OPERATIONS: tuple[Operation, ...] = (
    publish_changed,
    save_draft,
    revert,
    schedule,
    let_expire,
    time_passes,
    copy,
    copy_live,
    make_alias,
    translate,
    publish_translation,
    unpublish,
    unpublish_translation,
    unpublish_folder,
    unpublish_both,
    publish_again,
    move,
    delete,
    delete_translation,
)
