"""What all tests share: the site, a published event, and the people of the permission tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from events.models import EventAccess
from forms.mail import kinds
from tests.databases import DATABASE
from tests.factories import (
    AudienceSpec,
    EventAccessFactory,
    GroupFactory,
    MadeEvent,
    MadeSite,
    UserFactory,
    get_site,
    make_event,
    make_site,
)
from tests.servers.copies import let_nobody_be_connected

# The same examples everywhere, and no clock: the machines are noisy.
hypothesis_settings.register_profile("suite", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("suite")
# Hypothesis also draws numbers that stand in the code which is loaded. When a test is run alone,
# that is other code than after other tests, and the examples would be others too.
mock.patch.object(providers, "_get_local_constants", Constants).start()

ALL_RIGHTS = {
    "can_sensitive": True,
    "can_change": True,
    "can_export": True,
    "can_message": True,
    "can_delete": True,
}


FOLDERS_THAT_MAY_RUN_ONCE = ("tests/unit/", "tests/architecture/", "tests/browser/")
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "database", "demo"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browsers come last: Playwright keeps an event loop in this thread once it has started.

    What is the same whatever the database is need not run for each: the worker on SQLite, which is
    done sooner, has it alone.
    """
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())
    if not hasattr(config, "workerinput"):
        return
    if DATABASE.kind == "postgres":
        elsewhere = {item for item in items if is_the_same_everywhere(item)}
        config.hook.pytest_deselected(items=list(elsewhere))
        items[:] = [item for item in items if item not in elsewhere]


def is_the_same_everywhere(item: pytest.Item) -> bool:
    """Return whether ``item`` shows the same whatever the database is."""
    if item.get_closest_marker("once"):
        return True
    path = item.path.as_posix()
    fixtures = set(getattr(item, "fixturenames", ()))
    return (
        any(folder in path for folder in FOLDERS_THAT_MAY_RUN_ONCE)
        and not fixtures & DATABASE_FIXTURES
        and item.get_closest_marker("django_db") is None
    )


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Migrate the test database and put the front pages into it, once for all tests.

    Also for those that work on a copy of it and are not marked for Django's own fixture.
    """
    keep = bool(request.config.getoption("reuse_db"))
    with django_db_blocker.unblock():
        created = setup_databases(
            verbosity=0, interactive=False, keepdb=keep, serialized_aliases=set()
        )
        make_site()
    yield
    if not keep:
        with django_db_blocker.unblock():
            let_nobody_be_connected(str(connection.settings_dict["NAME"]))
            teardown_databases(created, verbosity=0)


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    """What one test left in the cache, such as where the site begins, is no other test's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _kinds_of_mail() -> Iterator[None]:
    """A kind of mail that one test makes up is no other test's."""
    known = dict(kinds._kinds)
    yield
    kinds._kinds.clear()
    kinds._kinds.update(known)


@pytest.fixture
def site(db: None) -> MadeSite:
    """The site with its front page in Danish and English."""
    return get_site()


@pytest.fixture
def made(site: MadeSite) -> MadeEvent:
    """A published event with two sessions of 25 seats and two audiences."""
    return make_event(
        audiences=[
            AudienceSpec("Politiker", "du er politiker og nysgerrig"),
            AudienceSpec("Embedsmand", "du arbejder for en politiker"),
        ],
        questions=[{"label": "Organisation", "autocomplete": "organization"}],
    )


def log_in(user: Any) -> Client:
    """Return a client that is logged in as ``user``."""
    client = Client()
    client.force_login(user)
    return client


def _into_admin(user: Any) -> Any:
    group = GroupFactory(name=f"Adgang {user.username}")
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    user.groups.add(group)
    return user


@dataclass(frozen=True)
class People:
    """The people of the permission tests."""

    admin: Any
    """May do everything."""
    editor: Any
    """May edit and publish pages, and see no registration."""
    staff: Any
    """May see and decide at the event, all sessions of it."""
    host: Any
    """May see and decide at one session of the event, Aalborg."""
    reader: Any
    """May see the event's registrations, and nothing more."""
    outsider: Any
    """May see and decide at another event."""
    nobody: Any
    """May log in to the admin, and nothing more."""


@pytest.fixture
def other(site: MadeSite) -> MadeEvent:
    """Another event, which those of ``made`` have no business with."""
    return make_event(title="Høring om havnen", slug="hoering-om-havnen")


@pytest.fixture
def people(made: MadeEvent, other: MadeEvent) -> People:
    """The people of the permission tests, with their rights."""
    users = {
        name: _into_admin(UserFactory(username=name))
        for name in ("editor", "staff", "host", "reader", "outsider", "nobody")
    }
    users["editor"].groups.add(Group.objects.get(name="Moderators"))
    EventAccessFactory(user=users["staff"], event_key=made.key, **ALL_RIGHTS)
    EventAccessFactory(
        user=users["host"],
        event_key=made.key,
        event_session_key=made.session_key("Aalborg"),
        **ALL_RIGHTS,
    )
    EventAccessFactory(user=users["reader"], event_key=made.key)
    EventAccessFactory(user=users["outsider"], event_key=other.key, **ALL_RIGHTS)
    assert EventAccess.objects.count() == 4
    admin = UserFactory(username="admin", is_superuser=True, is_staff=True)
    return People(admin=admin, **users)


@pytest.fixture
def count_queries(django_assert_num_queries: Any) -> Callable[[int], Any]:
    """Pytest-django's assertion under a name that reads well."""
    return django_assert_num_queries  # type: ignore[no-any-return]
