"""The worker sweeps away files whose form was never sent."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from forms.models import Upload
from tests.integration.forms.uploading import files_below, take_files

# The worker gives its connection back between rounds, and with it any test's transaction.
pytestmark = [pytest.mark.concurrency, pytest.mark.usefixtures("database")]


def test_files_that_wait_too_long_are_swept(settings: Any, tmp_path: Path) -> None:
    folder = take_files(settings, tmp_path / "uploads")
    file = {"question_key": "cv", "content_type": "text/plain", "content": b"Hej"}
    old = Upload.objects.keep(name="old.txt", **file)
    Upload.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(days=2))
    new = Upload.objects.keep(name="new.txt", **file)

    call_command("worker", "--once")

    assert list(Upload.objects.all()) == [new]
    assert files_below(folder) == [b"Hej"]
