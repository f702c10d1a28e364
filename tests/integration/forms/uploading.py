"""A site that takes files, and forms that ask for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from forms.builder import AnswerForm, build_form_class
from forms.models import QuestionSpec
from tests.unit.forms.files import PDF

STUCK = b"Stuck"
FORM_KEY = "0d3e5a52-2f0e-4c1c-9e43-6d3a0a0f3f01"
CV = QuestionSpec(key="cv", label="CV", field_type="file", required=True)
NAME = QuestionSpec(key="navn", label="Navn", field_type="singleline", required=True)


def take_files(settings: Any, folder: Path, backend: str = "") -> Path:
    """Let the site take files, and keep them below ``folder``."""
    settings.KOMMED_UPLOADS = True
    storage = {
        "BACKEND": backend or "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder},
    }
    settings.STORAGES = {**settings.STORAGES, "kommed_uploads": storage}
    return folder


def files_below(folder: Path) -> list[bytes]:
    """Return the content of all files below ``folder``."""
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def sent(content: bytes = PDF, name: str = "cv.pdf", said: str = "text/html") -> Any:
    """Return a file as a browser sends it; what it calls it is never believed."""
    return SimpleUploadedFile(name, content, content_type=said)


def form_of(
    specs: tuple[QuestionSpec, ...] = (NAME, CV),
    *,
    form_key: str = FORM_KEY,
    files: dict[str, Any] | None = None,
    **data: str,
) -> AnswerForm:
    """Return the form as it was sent."""
    posted = QueryDict(mutable=True)
    posted.update(data)
    several = {
        name: file if isinstance(file, list) else [file] for name, file in (files or {}).items()
    }
    return build_form_class(specs, form_key=form_key)(posted, MultiValueDict(several))


def reference_in(form: AnswerForm, name: str = "cv") -> str:
    """Return the reference that the page carries for a kept file."""
    value = form[name].value()
    return "" if value is None else str(value.reference)


class FullStorage(FileSystemStorage):
    """A disk that is full after a few bytes."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read(5))
        raise OSError(28, "No space left on device")


class StuckStorage(FileSystemStorage):
    """A disk that removes nothing."""

    def delete(self, name: str) -> None:
        raise OSError(5, "Input/output error")


class HalfStuckStorage(FileSystemStorage):
    """A disk that does not remove what has ``STUCK`` in it."""

    def delete(self, name: str) -> None:
        if Path(self.path(name)).read_bytes() == STUCK:
            raise OSError(5, "Input/output error")
        super().delete(name)


@contextmanager
def nothing_removed(settings: Any, folder: Path) -> Iterator[None]:
    """Let the disk remove nothing for a while."""
    take_files(settings, folder, f"{__name__}.StuckStorage")
    yield
    take_files(settings, folder)
