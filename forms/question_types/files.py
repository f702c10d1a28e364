"""A file that the visitor sends. Off unless the site says ``KOMMED_UPLOADS``.

A file that will do is kept at once, though another answer may be wrong: browsers do not let a page
fill in a file again. The page carries a signed reference to it instead. To find out what a file is
takes a while, so only those are looked into that are asked for and that there is room for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..enums import QuestionType
from ..spec import QuestionSpec
from ..uploads.answers import upload_in
from ..uploads.content import SUFFIXES, Accepted, accepted
from ..uploads.errors import (
    ContentUnwanted,
    PictureBroken,
    PicturesBusy,
    PictureTooLarge,
    UploadNotStored,
)
from ..uploads.limits import KEPT_FOR, most_bytes, most_files_text, most_pixels, uploads_are_on
from ..uploads.names import clean_name
from ..uploads.references import Reference, read, sign
from .base import AnswerType, Schema, as_words

KEPT, DROP = "__kept", "__drop"
"""Behind the key of a question: the reference to the file that is kept, and the wish to drop it."""


@dataclass(frozen=True)
class SentFile:
    """A file that has just come and is not too long. Nobody has looked into it yet."""

    file: Any


@dataclass(frozen=True)
class KeptFile:
    """A file that is kept, on the way into an answer."""

    upload: Any
    digest: str
    reference: str

    @property
    def name(self) -> str:
        """The name that the visitor gave it, cleaned."""
        return str(self.upload.name)


@dataclass(frozen=True)
class FileInput:
    """What came in for one question."""

    files: tuple[Any, ...] = ()
    reference: str = ""
    is_dropped: bool = False


class FileWidget(forms.FileInput):
    """An input for a file, and what is kept already."""

    template_name = "kommed_forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> FileInput:
        """Return the files, the reference, and whether to drop what is kept.

        Over JSON, where nothing but text can come, the reference stands in the place of the answer.
        """
        several = files.getlist(name) if hasattr(files, "getlist") else [files.get(name)]
        return FileInput(
            files=tuple(file for file in several if file is not None),
            reference=str(data.get(name + KEPT) or data.get(name) or ""),
            is_dropped=name + DROP in data,
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Return whether nothing at all was said."""
        return not any((name in files, name in data, name + KEPT in data))

    def format_value(self, value: Any) -> None:
        """A browser takes no value for a file."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the file that is kept."""
        context: dict[str, Any] = super().get_context(name, None, attrs)
        kept = value if isinstance(value, KeptFile) else None
        own = context["widget"]["attrs"]
        if kept is not None:
            own.pop("aria-required", None)
            about = f"{own.get('id', name)}_kept"
            own["aria-describedby"] = f"{own.get('aria-describedby', '')} {about}".strip()
            context["widget"]["about"] = about
        return {
            **context,
            "kept": kept,
            "kept_name": name + KEPT,
            "drop_name": "" if self.is_required else name + DROP,
        }


class HiddenFileWidget(forms.HiddenInput):
    """The reference alone, for a page that shows the answers and carries them on."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Draw it under the reference's own name."""
        reference = value.reference if isinstance(value, KeptFile) else ""
        return super().render(name + KEPT, reference, attrs, renderer)

    value_from_datadict = FileWidget.value_from_datadict


class FileBoundField(forms.BoundField):
    """A file question of one form: its value is what is kept, however it came to be."""

    def value(self) -> Any:
        """Return the file that is kept, or None."""
        _ = self.form.errors  # what has just come is kept when the form is cleaned
        cleaned = getattr(self.form, "cleaned_data", {}).get(self.name)
        if cleaned is not None or not self.form.is_bound or self.data.is_dropped:
            return cleaned if isinstance(cleaned, KeptFile) else None
        field: Any = self.field
        return field.kept(self.data.reference)


class FileAnswerField(forms.Field):
    """Judges what came: a new file by what is in it, a kept one by its reference."""

    widget = FileWidget
    hidden_widget = HiddenFileWidget

    def __init__(self, *, question_key: str, **options: Any) -> None:
        super().__init__(**options)
        self.question_key = question_key
        self.form_key = ""
        """The form that references are good on; set by whoever builds it."""
        suffixes = [suffix for group in SUFFIXES.values() for suffix in group]
        self.widget.attrs["accept"] = ",".join(sorted([*SUFFIXES, *suffixes]))

    def get_bound_field(self, form: Any, field_name: str) -> forms.BoundField:
        """Return ours."""
        return FileBoundField(form, self, field_name)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Anything that came is a change."""
        return bool(data.files or data.reference)

    def clean(self, value: FileInput) -> Any:
        """Return a ``SentFile``, a ``KeptFile`` or None; ``keep`` says whether a sent one will do.

        Before it is known whether the question is asked: nothing here takes long.
        """
        if len(value.files) > 1:
            raise ValidationError(_("Please choose one file only."), code="too_many")
        if value.files:
            return self._sent(value.files[0])
        if value.reference and not value.is_dropped:
            kept = self.kept(value.reference)
            if kept is None:
                raise ValidationError(
                    _("The file is not kept any more. Please choose it again."), code="expired"
                )
            return kept
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return None

    def kept(self, reference: str) -> KeptFile | None:
        """Return the file that ``reference`` speaks of, if we gave it out here within a day."""
        said = read(reference, form_key=self.form_key, question_key=self.question_key)
        if said is None:
            return None
        upload = self._uploads().filter(
            uuid=said.upload,
            question_key=self.question_key,
            created_at__gt=timezone.now() - KEPT_FOR,
        )
        found = upload.first()
        return KeptFile(found, said.digest, reference) if found is not None else None

    def keep(self, value: SentFile | KeptFile) -> KeptFile:
        """Keep ``value``, which is known to be asked for; one that is kept already stays so.

        So does one that a submission has taken meanwhile: it is kept once more for a second one
        when that is stored. Raises ``ValidationError`` where the file will not do, or where there
        is no room for it.
        """
        if isinstance(value, KeptFile):
            return value
        file = value.file
        room = {"form_key": self.form_key, "sender": getattr(file, "sender", "")}
        try:
            self._uploads().check_room(size=file.size, **room)
            found = self._judged(file)
            upload = self._uploads().keep(
                question_key=self.question_key,
                name=clean_name(file.name or "", suffixes=found.suffixes),
                content_type=found.content_type,
                content=found.content,
                **room,
            )
        except (PicturesBusy, UploadNotStored):
            raise _not_received() from None
        digest = hashlib.sha256(found.content).hexdigest()
        said = Reference(upload=upload.uuid, digest=digest)
        reference = sign(said, form_key=self.form_key, question_key=self.question_key)
        return KeptFile(upload, digest, reference)

    @staticmethod
    def _uploads() -> Any:
        return apps.get_model("kommed_forms", "Upload").objects

    def _sent(self, file: Any) -> SentFile:
        if getattr(file, "is_surplus", False):
            raise ValidationError(most_files_text(), code="too_many")
        if not file.size:
            raise ValidationError(_("The file is empty."), code="empty")
        if file.size > most_bytes():
            text = _("The file is too large. It may be %(size)s at most.")
            raise ValidationError(text % {"size": filesizeformat(most_bytes())}, code="too_large")
        return SentFile(file)

    def _judged(self, file: Any) -> Accepted:
        """Return what ``file`` is. Raises ``ValidationError``, or ``PicturesBusy``."""
        try:
            return accepted(file.read())
        except ContentUnwanted:
            raise self._refusal() from None
        except PictureBroken:
            raise ValidationError(_("The picture cannot be read."), code="broken") from None
        except PictureTooLarge:
            text = _("The picture is too large. It may have %(count)d million pixels at most.")
            count = most_pixels() // 1_000_000
            raise ValidationError(text % {"count": count}, code="too_large") from None

    def _refusal(self) -> ValidationError:
        text = self.error_messages.get("invalid") or _(
            "We cannot take a file of this kind. Send a PDF, a picture (JPEG, PNG or WebP), a "
            "Word or OpenDocument text without macros, or a plain text."
        )
        return ValidationError(str(text), code="invalid")


def _not_received() -> ValidationError:
    text = _("The file could not be received just now. Please try again in a while.")
    return ValidationError(text, code="not_stored")


class FileType(AnswerType):
    """A file, kept where only those who may read the answers reach it."""

    name = QuestionType.FILE
    label = QuestionType.FILE.label
    missing = gettext_lazy("Please choose a file.")

    @property
    def is_on(self) -> bool:
        """Only where the site says so."""
        return uploads_are_on()

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for one file."""
        return FileAnswerField(question_key=spec.key, **options)

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        """Return which file it is, and what it is recognised by."""
        if not isinstance(value, KeptFile):
            return None
        return {
            "upload": str(value.upload.uuid),
            "name": value.name,
            "size": value.upload.size,
            "sha256": value.digest,
        }

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return name and size."""
        if upload_in(value) is None:
            return as_words(value)
        return f"{value['name']} ({filesizeformat(value['size'])})"

    def form_values(self, spec: QuestionSpec, value: Any) -> list[str]:
        """The signed reference of a file that the page has taken; JSON carries no files."""
        if value is not None and not isinstance(value, str):
            raise ValidationError(
                _("A file cannot be sent this way. Send it on the page."), code="wrong_kind"
            )
        return [value] if value else []

    def schema(self, spec: QuestionSpec) -> Schema:
        """A signed reference; files themselves are not sent over the API."""
        return {"type": "string", "minLength": 1}
