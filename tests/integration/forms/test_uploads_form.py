"""The question that asks for a file, on the form."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

from forms.actions.submit import store_submission
from forms.builder import AnswerForm, answer_rows, build_form_class, form_from_json
from forms.models import QuestionSpec, Upload
from forms.question_types import get_type, is_known, type_choices
from forms.spec import Condition
from forms.uploads import images
from tests.factories import FormVersionFactory
from tests.unit.forms.files import PDF, TEXT, huge_png, picture, telling_picture

from .uploading import CV, FORM_KEY, NAME, files_below, form_of, reference_in, sent, take_files

pytestmark = pytest.mark.django_db

OPTIONAL = replace(CV, required=False)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of a site that takes files."""
    return take_files(settings, tmp_path / "uploads")


def errors(content: bytes, **fields: Any) -> list[str]:
    form = form_of(files={"cv": sent(content)}, navn="Åse", **fields)
    return [str(error) for error in form.errors.get("cv", [])]


def answered(form: AnswerForm) -> dict[str, Any]:
    assert form.is_valid()
    return form.answers()


# Off, unless the site says so


def test_files_are_off_unless_the_site_wants_them(settings: Any) -> None:
    assert settings.KOMMED_UPLOADS is False
    assert "file" not in dict(type_choices())
    assert is_known("file") is False


def test_a_form_that_asked_for_files_asks_no_more_when_they_are_off() -> None:
    form = form_of(files={"cv": sent()}, navn="Åse")

    assert list(form.fields) == ["navn"]
    assert form.is_multipart() is False
    assert form.is_valid()
    assert form.answers() == {"navn": "Åse"}
    assert Upload.objects.count() == 0


def test_what_was_sent_stays_readable_when_they_are_off(folder: Path, settings: Any) -> None:
    answers = answered(form_of(files={"cv": sent()}, navn="Åse"))
    rows = answer_rows((NAME, CV), answers)
    assert rows == [(NAME, "Åse"), (CV, f"cv.pdf ({len(PDF)}\xa0bytes)")]

    settings.KOMMED_UPLOADS = False

    assert answer_rows((NAME, CV), answers) == rows


def test_where_files_are_on_the_editor_finds_them(folder: Path) -> None:
    assert "file" in dict(type_choices())
    assert is_known("file") is True
    assert form_of().is_multipart() is True


# A file that will do


def test_an_answer_says_which_file_and_what_is_in_it(folder: Path) -> None:
    form = form_of(files={"cv": sent(name="../Åses cv.PDF")}, navn="Åse")

    assert form.is_valid()
    upload = Upload.objects.get()
    assert form.answers()["cv"] == {
        "upload": str(upload.uuid),
        "name": "Åses cv.PDF",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }
    assert (upload.content_type, upload.question_key) == ("application/pdf", "cv")
    assert upload.submission is None
    assert files_below(folder) == [PDF]


def test_where_it_is_kept_says_nothing(folder: Path) -> None:
    assert form_of(files={"cv": sent(name="Åse Bæk.pdf")}, navn="Åse").is_valid()

    upload = Upload.objects.get()
    assert upload.file.name == f"{upload.uuid.hex[:2]}/{upload.uuid.hex}"
    assert str(upload) == str(upload.uuid)
    with pytest.raises(NotImplementedError):
        _ = upload.file.url


def test_a_picture_is_kept_without_what_it_told(folder: Path) -> None:
    assert form_of(files={"cv": sent(telling_picture(), "cv.html")}, navn="Åse").is_valid()

    upload = Upload.objects.get()
    (kept,) = files_below(folder)
    assert (upload.name, upload.content_type) == ("cv.html.jpg", "image/jpeg")
    assert upload.size == len(kept)
    assert b"Kanariefugl" not in kept
    assert b"Exif" not in kept


def test_a_question_that_is_not_asked_looks_into_no_file(folder: Path) -> None:
    cv = replace(CV, conditions=(Condition("navn", "is", "Bo"),))

    file = sent()

    form = form_of((NAME, cv), files={"cv": file}, navn="Åse")

    assert form.is_valid()
    assert form.answers() == {"navn": "Åse"}
    assert file.tell() == 0  # nobody has looked into it
    assert (Upload.objects.count(), files_below(folder)) == (0, [])


def test_nothing_is_no_answer_where_none_is_needed(folder: Path) -> None:
    form = form_of((NAME, OPTIONAL), navn="Åse")

    assert form.is_valid()
    assert form.answers() == {"navn": "Åse", "cv": None}
    assert answer_rows((OPTIONAL,), form.answers()) == [(OPTIONAL, "")]


# A file that will not


def test_what_is_wrong_is_said(folder: Path, settings: Any) -> None:
    settings.KOMMED_UPLOAD_MAX_BYTES = 1024 * 1024
    kinds = (
        "We cannot take a file of this kind. Send a PDF, a picture (JPEG, PNG or WebP), a Word or "
        "OpenDocument text without macros, or a plain text."
    )

    assert errors(b"<svg/>") == [kinds]
    assert errors(b"MZ\0\0") == [kinds]
    assert errors(b"") == ["The file is empty."]
    assert errors(b"a" * (1024 * 1024 + 1)) == [
        "The file is too large. It may be 1.0\xa0MB at most."
    ]
    assert errors(b"a" * 1024 * 1024) == []
    assert errors(picture()[:40]) == ["The picture cannot be read."]
    assert errors(huge_png(50_000, 50_000)) == [
        "The picture is too large. It may have 16 million pixels at most."
    ]
    assert form_of(navn="Åse").errors["cv"] == ["Please choose a file."]
    assert Upload.objects.count() == 1


def test_seven_megabytes_are_the_limit_unless_the_site_says_otherwise(folder: Path) -> None:
    assert errors(b"a" * 10_000_000) == ["The file is too large. It may be 7.0\xa0MB at most."]


def test_the_editors_own_words_are_said_of_what_is_missing_or_of_another_kind(
    folder: Path,
) -> None:
    cv = replace(CV, error_text="Send et CV, 100 % færdigt.")

    assert form_of((cv,)).errors["cv"] == ["Send et CV, 100 % færdigt."]
    assert form_of((cv,), files={"cv": sent(b"<svg/>")}).errors["cv"] == [
        "Send et CV, 100 % færdigt."
    ]


def test_two_files_are_not_one(folder: Path) -> None:
    form = form_of(files={"cv": [sent(), sent(TEXT)]}, navn="Åse")

    assert form.errors["cv"] == ["Please choose one file only."]
    assert Upload.objects.count() == 0


def test_a_full_disk_is_an_error_at_the_question_and_leaves_nothing(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    take_files(settings, tmp_path, "tests.integration.forms.uploading.FullStorage")

    with caplog.at_level(logging.ERROR):
        form = form_of(files={"cv": sent(name="Kanariefugl.pdf")}, navn="Åse")
        said = form.errors

    assert said == {"cv": ["The file could not be received just now. Please try again in a while."]}
    assert (Upload.objects.count(), files_below(tmp_path)) == (0, [])
    assert "No space left" in caplog.text
    assert "Kanariefugl" not in caplog.text


# Nothing has to be chosen twice


def test_who_does_not_get_a_turn_with_a_picture_is_told_so(folder: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(images, "PATIENCE", 0)
    with images._drawing, images._drawing:
        form = form_of(files={"cv": sent(picture())}, navn="Ida")
        with translation.override("en"):
            said = {name: list(errors) for name, errors in form.errors.items()}

    assert said == {"cv": ["The file could not be received just now. Please try again in a while."]}
    assert form_of(files={"cv": sent(picture())}, navn="Ida").is_valid()


def test_a_file_is_kept_while_another_answer_is_mended(folder: Path) -> None:
    first = form_of(files={"cv": sent()})
    assert list(first.errors) == ["navn"]

    second = form_of(navn="Åse", cv__kept=reference_in(first))

    assert second.is_valid()
    upload = Upload.objects.get()
    assert second.answers()["cv"]["upload"] == str(upload.uuid)
    assert second.answers() == answered(form_of(navn="Åse", cv__kept=reference_in(second)))


def test_a_kept_file_stays_when_another_one_will_not_do(folder: Path) -> None:
    first = form_of(files={"cv": sent()})

    second = form_of(files={"cv": sent(b"<svg/>")}, cv__kept=reference_in(first))

    assert list(second.errors) == ["navn", "cv"]
    assert reference_in(second) == reference_in(first)


def test_another_file_takes_the_place_of_the_kept_one(folder: Path) -> None:
    first = form_of(files={"cv": sent()})

    second = form_of(files={"cv": sent(TEXT, "a.txt")}, navn="Åse", cv__kept=reference_in(first))

    assert second.is_valid()
    assert second.answers()["cv"]["name"] == "a.txt"


def test_a_kept_file_can_be_left_out(folder: Path) -> None:
    specs = (NAME, OPTIONAL)
    first = form_of(specs, files={"cv": sent()})

    second = form_of(specs, navn="Åse", cv__kept=reference_in(first), cv__drop="on")

    assert second.is_valid()
    assert second.answers()["cv"] is None
    assert reference_in(second) == ""


EXPIRED = ["The file is not kept any more. Please choose it again."]


def test_a_reference_is_good_on_its_form_and_at_its_question_alone(folder: Path) -> None:
    reference = reference_in(form_of(files={"cv": sent()}))
    other = replace(CV, key="billede")

    elsewhere = form_of(form_key="another", navn="Åse", cv__kept=reference)
    other_question = form_of((other,), billede__kept=reference)

    assert elsewhere.errors == {"cv": EXPIRED}
    assert other_question.errors == {"billede": EXPIRED}
    assert reference_in(elsewhere) == ""


@pytest.mark.parametrize("forged", ["x", "a:b", "\0", "{}", "å" * 5000])
def test_a_reference_that_we_did_not_give_is_an_error(folder: Path, forged: str) -> None:
    reference = reference_in(form_of(files={"cv": sent()}))

    assert form_of(navn="Åse", cv__kept=forged).errors == {"cv": EXPIRED}
    assert form_of(navn="Åse", cv__kept=reference[:-1] + forged).errors == {"cv": EXPIRED}


def test_a_reference_is_good_for_a_day(folder: Path) -> None:
    reference = reference_in(form_of(files={"cv": sent()}))

    Upload.objects.update(created_at=timezone.now() - dt.timedelta(hours=23, minutes=59))
    assert form_of(navn="Åse", cv__kept=reference).is_valid()

    Upload.objects.update(created_at=timezone.now() - dt.timedelta(hours=24, minutes=1))
    assert form_of(navn="Åse", cv__kept=reference).errors == {"cv": EXPIRED}


def test_a_file_that_a_submission_has_serves_the_next_which_has_its_own_when_stored(
    folder: Path,
) -> None:
    first = form_of(files={"cv": sent()}, navn="Åse")
    reference = reference_in(first)
    version = FormVersionFactory()
    store_submission(form_version=version, answers=answered(first), at=timezone.now())

    wrong, second = form_of(cv__kept=reference), form_of(navn="Bo", cv__kept=reference)

    assert list(wrong.errors) == ["navn"]
    assert reference_in(wrong) == reference
    assert answered(second)["cv"] == answered(first)["cv"]
    assert files_below(folder) == [PDF]
    stored = store_submission(
        form_version=version, answers=second.answers(), at=timezone.now()
    ).uploads.get()
    assert str(stored.uuid) != first.answers()["cv"]["upload"]
    assert (stored.name, files_below(folder)) == ("cv.pdf", [PDF, PDF])


# The page


class Inputs(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.inputs[str(dict(attrs)["name"])] = dict(attrs)


def test_the_page_offers_a_plain_input(folder: Path) -> None:
    form = build_form_class((CV,), form_key=FORM_KEY)()

    (field,) = Inputs(str(form["cv"])).inputs.values()
    assert {name: field[name] for name in ("type", "name", "id", "aria-required")} == {
        "type": "file",
        "name": "cv",
        "id": "id_cv",
        "aria-required": "true",
    }
    assert ".docx" in str(field["accept"]).split(",")
    assert "image/svg+xml" not in str(field["accept"])


def test_the_page_says_what_is_kept_and_carries_the_reference(folder: Path) -> None:
    form = form_of(files={"cv": sent(name="<b>cv</b>.pdf")})

    html = str(form["cv"])

    inputs = Inputs(html).inputs
    assert list(inputs) == ["cv__kept", "cv"]
    assert inputs["cv__kept"]["value"] == reference_in(form)
    assert inputs["cv"]["aria-describedby"] == "id_cv_kept"
    assert "aria-required" not in inputs["cv"]
    assert 'id="id_cv_kept"' in html
    assert "is kept" in html
    assert "<b>" not in html


def test_the_page_lets_one_leave_out_what_is_not_needed(folder: Path) -> None:
    form = form_of((NAME, OPTIONAL), files={"cv": sent()})

    assert list(Inputs(str(form["cv"])).inputs) == ["cv__kept", "cv", "cv__drop"]


def test_a_page_that_only_carries_the_answer_on_has_the_reference(folder: Path) -> None:
    form = form_of(files={"cv": sent()}, navn="Åse")

    inputs = Inputs(form["cv"].as_hidden()).inputs

    assert form.is_valid()
    assert {name: item["value"] for name, item in inputs.items()} == {
        "cv__kept": reference_in(form)
    }


# JSON


def test_json_carries_no_files(folder: Path) -> None:
    upload = answered(form_of(files={"cv": sent()}, navn="Åse"))["cv"]
    form_class = build_form_class((NAME, CV), form_key=FORM_KEY)

    for value in (upload, ["cv.pdf"], 1, True):
        form = form_from_json(form_class, {"navn": "Åse", "cv": value})
        assert form.errors == {"cv": ["A file cannot be sent this way. Send it on the page."]}
    assert form_from_json(form_class, {"navn": "Åse", "cv": "cv.pdf"}).errors == {"cv": EXPIRED}
    assert form_from_json(form_class, {"navn": "Åse"}).errors == {"cv": ["Please choose a file."]}


def test_json_may_refer_to_a_file_that_the_page_has_taken(folder: Path) -> None:
    first = form_of(files={"cv": sent()})
    form_class = build_form_class((NAME, CV), form_key=FORM_KEY)

    form = form_from_json(form_class, {"navn": "Åse", "cv": reference_in(first)})

    assert form.is_valid()
    assert form.answers()["cv"]["upload"] == str(Upload.objects.get().uuid)


def test_old_answers_of_another_shape_are_read_as_they_are() -> None:
    spec = QuestionSpec(key="cv", label="CV", field_type="file")

    assert get_type("file").as_text(spec, "cv.pdf") == "cv.pdf"
    assert get_type("file").as_text(spec, None) == ""
