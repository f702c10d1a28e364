"""A database of its own for each test, and the event that people throng to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import MadeEvent, SessionSpec, make_event
from tests.servers.copies import DatabaseCopy, copy_of_test_database, drop

SEATS = 50


@pytest.fixture
def database(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> Iterator[DatabaseCopy]:
    """A copy of the migrated database. What the test and its processes write there is committed."""
    with django_db_blocker.unblock():
        copy = copy_of_test_database(tmp_path)
        try:
            with copy.in_use():
                yield copy
        finally:
            drop(copy)


@pytest.fixture
def event(database: DatabaseCopy) -> MadeEvent:
    """A published event: first come, first served, one session of 50 seats."""
    return make_event(slug="vaerksted", sessions=[SessionSpec("Aalborg", SEATS)])
