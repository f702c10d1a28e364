"""A file that comes while the database is locked: an error at its question, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from forms.models import Upload
from tests.integration.forms.uploading import files_below, form_of, sent, take_files
from tests.servers.copies import DatabaseCopy
from tests.unit.forms.files import PDF

pytestmark = pytest.mark.concurrency


@contextmanager
def uploads_held(database: DatabaseCopy) -> Iterator[None]:
    """Hold the table of files, or all of SQLite, in a connection that Django knows nothing of."""
    with connection.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 100")
    outside = database.outside_connection()
    try:
        if database.vendor == "postgresql":
            outside.execute(f'LOCK TABLE "{Upload._meta.db_table}" IN EXCLUSIVE MODE')
        else:
            outside.execute("BEGIN IMMEDIATE")
        yield
        outside.rollback()
    finally:
        outside.close()


def test_a_locked_database_is_an_error_at_the_question(
    database: DatabaseCopy, settings: Any, tmp_path: Path
) -> None:
    folder = take_files(settings, tmp_path / "uploads")
    settings.LOCK_WAIT = 0.1
    with uploads_held(database), translation.override("en"):
        form = form_of(files={"cv": sent()}, navn="Åse")
        errors = dict(form.errors)

    assert errors == {
        "cv": ["The file could not be received just now. Please try again in a while."]
    }
    assert form.cleaned_data == {"navn": "Åse"}
    assert (Upload.objects.count(), files_below(folder)) == (0, [])
    assert form_of(files={"cv": sent()}, navn="Åse").is_valid()
    assert files_below(folder) == [PDF]
