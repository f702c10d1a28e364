"""Files behind the form: taken over, removed, swept, and where they may lie."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.test import RequestFactory
from django.utils import timezone

from forms.actions.submit import store_submission
from forms.actions.uploads import delete_uploads
from forms.checks import check_upload_storage
from forms.jobs.uploads import sweep_uploads
from forms.models import FormVersion, Submission, Upload
from forms.uploads.handlers import LimitedUploadHandler
from forms.uploads.limits import MEGABYTE
from tests.factories import FormVersionFactory
from tests.unit.forms.files import PDF, TEXT

from .uploading import CV, NAME, files_below, form_of, nothing_removed, sent, take_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of a site that takes files."""
    return take_files(settings, tmp_path / "uploads")


def answers_with(content: bytes = PDF, name: str = "cv.pdf") -> dict[str, Any]:
    form = form_of((NAME, CV), files={"cv": sent(content, name)}, navn="Åse")
    assert form.is_valid()
    return form.answers()


def stored(answers: dict[str, Any]) -> Submission:
    version: FormVersion = FormVersionFactory()
    return store_submission(form_version=version, answers=answers, at=timezone.now())


def everything() -> Any:
    return Submission.objects.all()


# Taken over


def test_a_submission_takes_its_files_over(folder: Path) -> None:
    waiting = answers_with(TEXT, "andet.txt")

    submission = stored(answers_with())

    assert [upload.name for upload in submission.uploads.all()] == ["cv.pdf"]
    assert [upload.name for upload in Upload.objects.unclaimed()] == [waiting["cv"]["name"]]


def test_two_submissions_at_once_with_one_file_have_one_each(folder: Path) -> None:
    answers = answers_with()

    one, two = stored(answers), stored(answers)

    first, second = one.uploads.get(), two.uploads.get()
    assert first.uuid != second.uuid
    assert one.answers["cv"]["upload"] == str(first.uuid)
    assert Submission.objects.get(pk=two.pk).answers["cv"] == {
        **answers["cv"],
        "upload": str(second.uuid),
    }
    assert files_below(folder) == [PDF, PDF]


def test_an_answer_whose_file_is_gone_says_still_what_was_sent(folder: Path) -> None:
    answers = answers_with()
    Upload.objects.all().delete()

    submission = stored(answers)

    assert submission.answers == answers
    assert submission.uploads.count() == 0


# Removed


def test_files_go_with_their_submission_when_that_is_certain(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    gone, stays = stored(answers_with()), stored(answers_with(TEXT, "a.txt"))

    with django_capture_on_commit_callbacks(execute=True):
        number = delete_uploads(submissions=everything().filter(pk=gone.pk))
        Submission.objects.filter(pk=gone.pk).delete()
        assert files_below(folder) == [PDF, TEXT]

    assert number == 1
    assert list(Upload.objects.values_list("submission", flat=True)) == [stays.pk]
    assert files_below(folder) == [TEXT]


def test_files_of_one_question_can_go_alone(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    stored(answers_with())

    with django_capture_on_commit_callbacks(execute=True):
        assert delete_uploads(submissions=everything(), question_keys=["andet"]) == 0
    assert files_below(folder) == [PDF]

    with django_capture_on_commit_callbacks(execute=True):
        assert delete_uploads(submissions=everything(), question_keys=["cv"]) == 1
    assert files_below(folder) == []


def test_what_could_not_be_removed_is_nobodys_and_goes_with_the_next_sweep(
    folder: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    submission = stored(answers_with(name="Kanariefugl.pdf"))

    with nothing_removed(settings, folder), django_capture_on_commit_callbacks(execute=True):
        delete_uploads(submissions=everything())
        submission.delete()

    left = Upload.objects.get()
    assert (left.submission, left.name) == (None, "")
    assert files_below(folder) == [PDF]
    assert sweep_uploads() == 1
    assert (Upload.objects.count(), files_below(folder)) == (0, [])


# Swept


def test_what_waits_longer_than_a_day_is_swept(folder: Path) -> None:
    submission = stored(answers_with())
    answers_with(TEXT, "a.txt")
    day = dt.timedelta(days=1)

    assert sweep_uploads(now=lambda: timezone.now() + day) == 0
    assert sweep_uploads(now=lambda: timezone.now() + day + dt.timedelta(hours=2)) == 1

    assert list(Upload.objects.values_list("submission", flat=True)) == [submission.pk]
    assert files_below(folder) == [PDF]


# Received


def received(settings: Any, files: dict[str, bytes]) -> dict[str, Any]:
    data = {key: sent(content, f"{key}.txt") for key, content in files.items()}
    request = RequestFactory().post("/", data)
    request.upload_handlers = [LimitedUploadHandler(request)]
    return {key: request.FILES[key] for key in request.FILES}


def test_no_more_of_a_file_is_read_than_it_may_have(settings: Any) -> None:
    settings.KOMMED_UPLOADS = True
    settings.KOMMED_UPLOAD_MAX_BYTES = MEGABYTE

    file = received(settings, {"cv": b"a" * 3 * MEGABYTE})["cv"]

    assert file.size == 3 * MEGABYTE
    assert len(file.read()) < MEGABYTE + 200_000


def test_files_beyond_the_number_are_passed_by(settings: Any) -> None:
    settings.KOMMED_UPLOADS = True
    settings.KOMMED_UPLOAD_MAX_FILES = 2

    files = received(settings, {"a": b"1", "b": b"2", "c": b"3"})

    assert [(key, file.is_surplus, file.read()) for key, file in files.items()] == [
        ("a", False, b"1"),
        ("b", False, b"2"),
        ("c", True, b""),
    ]


def test_a_site_without_files_receives_none(settings: Any) -> None:
    assert received(settings, {"cv": TEXT}) == {}


def test_the_form_says_how_many_files_it_takes(settings: Any) -> None:
    settings.KOMMED_UPLOADS = True
    settings.KOMMED_UPLOAD_MAX_FILES = 1
    files = received(settings, {"andet": b"1", "cv": b"2"})

    form = form_of(files=files, navn="Åse")

    assert [error.code for error in form.errors.as_data()["cv"]] == ["too_many"]


# Where they may lie


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def test_files_lie_where_no_web_server_reads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "media", tmp_path / "static"

    take_files(settings, tmp_path / "uploads")
    assert ids(check_upload_storage()) == []
    for served in ("media", "media/private", "static/x", "media/../media/x"):
        take_files(settings, tmp_path / served)
        assert ids(check_upload_storage()) == ["kommed_forms.E003"]


def test_a_storage_without_a_folder_of_its_own_is_noticed(settings: Any, tmp_path: Path) -> None:
    settings.KOMMED_UPLOADS = True
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "kommed_uploads": storage}

    for root in (tmp_path, ""):
        settings.MEDIA_ROOT = root
        assert ids(check_upload_storage()) == ["kommed_forms.E003"]


def test_a_site_that_takes_files_has_a_storage_for_them(settings: Any) -> None:
    settings.STORAGES = {
        name: storage for name, storage in settings.STORAGES.items() if name != "kommed_uploads"
    }
    assert ids(check_upload_storage()) == []

    settings.KOMMED_UPLOADS = True
    assert ids(check_upload_storage()) == ["kommed_forms.E002"]


def test_the_site_we_ship_is_in_order(settings: Any) -> None:
    settings.KOMMED_UPLOADS = True

    assert ids(check_upload_storage()) == []
