"""What editors do to pages, in every order: no registration changes, and nothing answers 500.

Everything goes through Wagtail's own admin views. All orders of two of ``PAIRED`` are tried: what
the first did is kept, and each of the others is done upon it in a savepoint of its own. Longer
orders are drawn from all operations, always the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from events.actions.change_answers import change_answers
from events.actions.change_state import change_state
from events.capacity import count_seats
from events.enums import RegistrationAction
from events.models import AnswerChange, EventPage, EventRecord, Registration, SeatPool
from events.queries.form import question_specs
from forms.actions.submit import keep_form_version
from home.models import StandardPage
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    make_event,
    make_registration,
    publish,
)

from .editor import edit_url
from .ledger import registrations_as_they_are, rows_of, states
from .page_operations import (
    OPERATIONS,
    Operation,
    Watched,
    World,
    copy,
    copy_live,
    delete,
    delete_translation,
    let_expire,
    make_alias,
    move,
    publish_again,
    publish_changed,
    publish_translation,
    revert,
    save_draft,
    schedule,
    time_passes,
    translate,
    unpublish,
    unpublish_both,
    unpublish_folder,
    unpublish_translation,
)
from .visitor import send as send_as_visitor
from .visitor import visit

pytestmark = pytest.mark.django_db

SEED = 20260928
LONG_ORDERS, LENGTH = 10, 5


PAIRED: tuple[Operation, ...] = (
    publish_changed,
    save_draft,
    revert,
    schedule,
    time_passes,
    copy_live,
    translate,
    unpublish,
    publish_again,
    delete,
)
"""Those of which every order of two is tried; the others are much like one of them."""


def name_of(operation: Operation) -> str:
    return operation.__name__


def some_long_orders() -> list[tuple[Operation, ...]]:
    """Return orders of more operations, always the same ones."""
    dice = random.Random(SEED)
    return [tuple(dice.choices(OPERATIONS, k=LENGTH)) for _ in range(LONG_ORDERS)]


# The event


@pytest.fixture
def world(site: MadeSite) -> World:
    """Two sessions whose seats are taken, with people in every state, and two folders."""
    folders = [
        site.home.add_child(instance=StandardPage(title=slug, slug=slug, locale=site.danish))
        for slug in ("her", "der")
    ]
    for folder in folders:
        publish(folder)
        publish(folder.copy_for_translation(site.english))
    made = make_event(
        parent=folders[0],
        slug="vaerksteder",
        waiting_list_mode="offer",
        sessions=[SessionSpec("København", 2), SessionSpec("Aalborg", 5)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Embedsmand")],
        questions=[{"label": "Organisation", "autocomplete": "organization"}],
        published=False,
    )
    cell = {"most": 2, "aim": 2, "kept": 1}
    session, audience = made.page.event_sessions.all()[1], made.page.audiences.all()[0]
    made.page.seat_matrix = {str(session.row_key): {str(audience.row_key): cell}}
    made.page = publish(made.page)
    take_seats(made)
    assert sorted(states()) == sorted(
        ["confirmed"] * 4 + ["cancelled", "offered", "waiting", "waiting", "declined"]
    )
    return World(
        made=made,
        admin=logged_in(),
        first_revision=made.page.revisions.order_by("pk").first().pk,
        folders=(folders[0].pk, folders[1].pk),
        last_known={"da": made.page.pk},
    )


def take_seats(made: MadeEvent) -> None:
    """Register people until nobody who waits can have a seat."""
    politician, official = made.audience_key("Politiker"), made.audience_key("Embedsmand")
    leaver, stayer, *_waiting = [
        make_registration(made, session="København", audience_key=official) for _ in range(4)
    ]
    change_state(registration=leaver, action=RegistrationAction.CANCEL, by=None)
    for audience_key in (politician, politician, politician, official):
        make_registration(made, session="Aalborg", audience_key=audience_key)
    with translation.override("da"):
        specs = question_specs(made.page)
    change_answers(
        registration=stayer,
        form_version=keep_form_version(form_key=made.key, language="da", specs=specs),
        answers={"name": stayer.name, "organisation": "En anden"},
    )
    applicant = make_registration(made, session="Aalborg", audience_key=official)
    change_state(registration=applicant, action=RegistrationAction.REOPEN, by=None)
    applicant.refresh_from_db()
    change_state(registration=applicant, action=RegistrationAction.DECLINE, by=None)
    assert AnswerChange.objects.count() == 1


def logged_in() -> Watched:
    client = Watched()
    client.force_login(UserFactory(is_superuser=True))
    return client


# What must be as it was


def as_it_is(world: World) -> dict[str, Any]:
    """Return every column that no operation may change; only the names of pools are content."""
    pools = SeatPool.objects.filter(event__key=world.made.page.translation_key)
    return registrations_as_they_are() | {
        "answer changes": rows_of(AnswerChange),
        "pools": [row | {"name": ""} for row in pools.order_by("pk").values()],
    }


def check(world: World, before: dict[str, Any], done: str) -> None:
    """Check that nothing of ``before`` changed, and that tree, ledger and pages agree."""
    after = as_it_is(world)
    for name, rows in before.items():
        assert after[name] == rows, (done, name)
    assert Page.find_problems() == ([], [], [], [], []), done
    record = EventRecord.objects.get(key=world.made.page.translation_key)
    pages = [page for page in (world.page("da"), world.page("en")) if page is not None]
    assert record.is_live == any(page.live for page in pages), done
    if record.is_live:
        assert record.source_locale in [page.locale.language_code for page in pages], done
    if not world.looks:
        return
    for page in pages:
        assert visit(page.get_url()).status_code == (200 if page.live else 404), done
    desk = reverse("kommed_events_desk:registrations", args=[record.key])
    assert world.admin.get(desk).status_code == 200, done


def do(world: World, operation: Operation) -> Any:
    """Do ``operation`` with what it has left to do when its transaction has ended."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return operation(world)


@contextmanager
def only_for_now(world: World) -> Iterator[None]:
    """Take back what is done inside."""
    known, step = dict(world.last_known), world.step
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)
        cache.clear()
        world.last_known, world.step = known, step


# In every order


@pytest.mark.parametrize("first", PAIRED, ids=name_of)
def test_no_operation_after_another_changes_a_registration(world: World, first: Operation) -> None:
    before = as_it_is(world)
    do(world, first)
    check(world, before, name_of(first))

    world.looks = False
    for second in PAIRED:
        with only_for_now(world):
            do(world, second)
            check(world, before, f"{name_of(first)}, {name_of(second)}")

    check(world, before, "taken back")


@pytest.mark.parametrize("order", some_long_orders(), ids=lambda o: "-".join(map(name_of, o)))
def test_no_longer_order_does_either(world: World, order: tuple[Operation, ...]) -> None:
    before = as_it_is(world)
    world.looks = False
    do(world, translate)
    do(world, publish_translation)

    for number, operation in enumerate(order, start=1):
        world.looks = number == LENGTH
        do(world, operation)
        check(world, before, f"{number}: {name_of(operation)}")


# That the operations do something, and that a change would be noticed


def outcome(world: World) -> dict[str, Any]:
    """Return what the operations are about: the pages, not the registrations."""
    pages = {}
    for language in ("da", "en"):
        page = world.page(language)
        if page is not None:
            draft = page.get_latest_revision_as_object()
            titles = page.title != world.made.page.title, draft.title != world.made.page.title
            where = world.folders.index(page.get_parent().pk) if language == "da" else None
            pages[language] = (page.live, titles, where)
    return {
        **pages,
        "others": EventPage.objects.count() - len(pages),
        "aliases": EventPage.objects.filter(alias_of__isnull=False).count(),
        "events": EventRecord.objects.count(),
    }


OLD, NEW, DRAFT = (False, False), (True, True), (False, True)
AS_MADE: dict[str, Any] = {"da": (True, OLD, 0), "others": 0, "aliases": 0, "events": 1}
ENGLISH = {"en": (True, NEW, None)}


@pytest.mark.parametrize(
    ("order", "changed"),
    [
        ([publish_changed], {"da": (True, NEW, 0)}),
        ([save_draft], {"da": (True, DRAFT, 0)}),
        ([publish_changed, revert], {}),
        ([schedule], {"da": (True, DRAFT, 0)}),
        ([schedule, time_passes], {"da": (True, NEW, 0)}),
        ([let_expire, time_passes], {"da": (False, OLD, 0)}),
        ([copy], {"others": 1}),
        ([copy_live], {"others": 1, "events": 2}),
        ([make_alias], {"others": 1, "aliases": 1}),
        ([translate], {"en": (False, OLD, None)}),
        ([translate, publish_translation], ENGLISH),
        ([translate, publish_translation, unpublish_translation], {"en": (False, NEW, None)}),
        ([translate, publish_translation, delete], ENGLISH | {"da": None}),
        ([translate, delete_translation], {}),
        ([unpublish], {"da": (False, OLD, 0)}),
        ([unpublish_folder], {"da": (False, OLD, 0)}),
        ([unpublish_both], {"da": (False, OLD, 0)}),
        ([unpublish, publish_again], {}),
        ([move], {"da": (True, OLD, 1)}),
        ([move, move], {}),
        ([delete], {"da": None}),
    ],
    ids=lambda value: "-".join(map(name_of, value)) if isinstance(value, list) else "",
)
def test_each_operation_does_what_it_is_called(
    world: World, order: list[Operation], changed: dict[str, Any]
) -> None:
    world.looks = False
    for operation in order:
        do(world, operation)

    expected = AS_MADE | changed
    assert outcome(world) == {name: of for name, of in expected.items() if of is not None}


def test_one_more_seat_would_be_noticed(world: World) -> None:
    before = as_it_is(world)
    url = edit_url(world.made.page)

    do(world, lambda world: world.edit(url, **{"event_sessions-0-capacity": "3"}))

    with pytest.raises(AssertionError, match="registrations"):
        check(world, before, "one more seat")
    assert sorted(states()).count("offered") == 2


@pytest.mark.parametrize(
    "order",
    [
        (translate, publish_translation),
        (translate, publish_translation, unpublish, publish_again, revert),
        (translate, publish_translation, move, publish_changed, publish_translation),
    ],
    ids=lambda o: "-".join(map(name_of, o)),
)
def test_both_languages_take_from_the_same_seats(
    world: World, order: tuple[Operation, ...]
) -> None:
    world.looks = False
    for operation in order:
        do(world, operation)
    danish, english = world.page("da"), world.page("en")
    assert danish is not None
    assert english is not None
    aalborg = world.made.session_key("Aalborg")
    seen = [seats_taken(world, aalborg)]

    for page in (english, danish, english, danish):
        where = {"event_session": str(aalborg)}
        audience = str(world.made.audience_key("Embedsmand"))
        answer = send_as_visitor(world.made, page.get_url(), audience=audience, **where)
        assert answer.status_code == 303
        seen.append(seats_taken(world, aalborg))

    assert seen == [3, 4, 5, 5, 5]
    assert states()[-4:] == ["confirmed", "confirmed", "waiting", "waiting"]
    assert EventRecord.objects.count() == 1
    assert list(Registration.objects.order_by("pk").values_list("language", flat=True))[-4:] == [
        "en",
        "da",
        "en",
        "da",
    ]


def seats_taken(world: World, session_key: Any) -> int:
    """Return how many seats are taken at one session."""
    count = count_seats(world.made.event)
    pool = SeatPool.objects.get(event_session_key=session_key, kind="event_session")
    return int(count.of(pool).taken)
