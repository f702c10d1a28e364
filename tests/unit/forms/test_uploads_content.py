"""What is let in, by what is in it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from forms.uploads.archives import MOST_MEMBERS, ODT, WORD
from forms.uploads.content import accepted
from forms.uploads.errors import ContentUnwanted, PictureBroken, PictureTooLarge
from forms.uploads.images import MOST_SCANS, START_OF_SCAN
from forms.uploads.names import NAME_LENGTH, clean_name

from .files import (
    DOCX_PARTS,
    PDF,
    TEXT,
    archive,
    docx,
    huge_png,
    odt,
    picture,
    telling_picture,
)

PICTURES = ("JPEG", "PNG", "WEBP")
MARKUP = (
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"\xef\xbb\xbf  <!doctype html><p>Hej",
    b"<p>Hej",
    b"Hej <script src=//evil.example></script>",
    b"Hej < iframe src=x>",
    b"<?xml version='1.0'?><x/>",
    b"Hej <?php system('id'); ?>",
)


# What is let in


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PDF, "application/pdf"),
        (TEXT, "text/plain"),
        (b"\xef\xbb\xbf" + TEXT, "text/plain"),
        (docx(), WORD),
        (odt(), ODT),
    ],
)
def test_documents_are_kept_as_they_came(content: bytes, content_type: str) -> None:
    found = accepted(content)

    assert (found.content_type, found.content) == (content_type, content)


@pytest.mark.parametrize("image_format", PICTURES)
def test_pictures_are_drawn_anew(image_format: str) -> None:
    found = accepted(picture(image_format))

    assert found.content_type == f"image/{image_format.lower()}"
    with Image.open(io.BytesIO(found.content)) as image:
        assert (image.format, image.size) == (image_format, (8, 4))


def test_the_same_picture_gives_the_same_file() -> None:
    assert accepted(telling_picture()) == accepted(telling_picture())


@pytest.mark.parametrize("image_format", PICTURES)
def test_pictures_stand_upright_and_tell_nothing(image_format: str) -> None:
    sent = telling_picture(image_format)
    with Image.open(io.BytesIO(sent)) as before:
        assert dict(before.getexif()) != {}
        assert before.size == (8, 4)
    assert b"Kanariefugl" in sent

    kept = accepted(sent).content

    with Image.open(io.BytesIO(kept)) as image:
        image.load()
        assert dict(image.getexif()) == {}
        assert image.size == (4, 8)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", *LOOPS}
    assert b"Kanariefugl" not in kept
    assert b"Exif" not in kept


LOOPS = {"loop", "background", "timestamp", "duration"}
"""What Pillow says of every WebP."""


@pytest.mark.parametrize(
    ("mode", "image_format", "kept_as"),
    [
        ("CMYK", "JPEG", "RGB"),
        ("L", "JPEG", "L"),
        ("P", "PNG", "RGB"),
        ("RGBA", "PNG", "RGBA"),
        ("LA", "PNG", "RGBA"),
        ("I;16", "PNG", "RGB"),
        ("1", "PNG", "RGB"),
        ("RGBA", "WEBP", "RGBA"),
    ],
)
def test_every_kind_of_colour_is_kept_readable(mode: str, image_format: str, kept_as: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (8, 4)).save(out, image_format)

    with Image.open(io.BytesIO(accepted(out.getvalue()).content)) as image:
        assert (image.mode, image.size) == (kept_as, (8, 4))


def test_of_an_animation_the_first_picture_is_left() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 4), colour) for colour in ("teal", "red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    with Image.open(io.BytesIO(accepted(out.getvalue()).content)) as image:
        assert getattr(image, "n_frames", 1) == 1


# What is not


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + b"\0" * 30,
        b"MZ\x90\0" + b"\0" * 60,
        b"\x7fELF" + b"\0" * 60,
        b"\xff\xfeH\0e\0j\0",
        b"Hej \xe6\xf8\xe5",
        b"Hej\0 der",
        rb"{\rtf1 Hej}",
        b"#!/bin/sh\nid\n",
        b"%!PS-Adobe-3.0\n",
        b"Hej \x1b[31m",
        b"\x1f\x8b\x08\0" + b"\0" * 20,
        *MARKUP,
    ],
)
def test_other_kinds_are_refused(content: bytes) -> None:
    with pytest.raises(ContentUnwanted):
        accepted(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\n" + PDF,
        b"<html>" + PDF,
        PDF.replace(b"%%EOF", b""),
        PDF + b"<script>alert(1)</script>" * 50,
        PDF + docx(),
        docx() + PDF,
        b"#!/bin/sh\n" + docx(),
        docx() + b"<html>",
    ],
)
def test_what_is_two_things_at_once_is_refused(content: bytes) -> None:
    with pytest.raises(ContentUnwanted):
        accepted(content)


@pytest.mark.parametrize("image_format", PICTURES)
def test_nothing_is_left_of_what_hides_in_a_picture(image_format: str) -> None:
    kept = accepted(picture(image_format) + b"<script>alert(1)</script>" + docx()).content

    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


@pytest.mark.parametrize("image_format", PICTURES)
def test_a_picture_that_cannot_be_read_is_refused(image_format: str) -> None:
    whole = picture(image_format, size=(200, 200))
    for content in (whole[:20], whole[: len(whole) // 2]):
        with pytest.raises(PictureBroken):
            accepted(content)


@pytest.mark.parametrize(
    "content",
    [
        huge_png(100_000, 100_000),
        huge_png(12_000, 12_000),
        huge_png(6_000, 6_000),
    ],
)
def test_a_picture_that_unpacks_to_too_much_is_refused_before_it_does(content: bytes) -> None:
    assert len(content) < 300

    with pytest.raises(PictureTooLarge):
        accepted(content)


def test_a_picture_that_is_drawn_over_and_over_is_refused() -> None:
    """A few bytes have the whole picture gone through once more; a file could keep us for hours."""
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    scans = content.count(START_OF_SCAN)
    last_scan = content[content.rindex(START_OF_SCAN) : -2]

    def with_scans(number: int) -> bytes:
        return content[:-2] + last_scan * (number - scans) + content[-2:]

    assert accepted(with_scans(MOST_SCANS)).content_type == "image/jpeg"
    with pytest.raises(PictureBroken):
        accepted(with_scans(MOST_SCANS + 1))


def test_a_site_says_how_large_a_picture_may_be(settings: Any) -> None:
    settings.KOMMED_UPLOAD_MAX_PIXELS = 32
    assert accepted(picture(size=(8, 4))).content_type == "image/jpeg"

    with pytest.raises(PictureTooLarge):
        accepted(picture(size=(8, 5)))


def lying_about_size(content: bytes) -> bytes:
    """Return the archive with its first member said to unpack to four gigabytes."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + b"\xf0\xff\xff\xff" + content[at + 4 :]


def encrypted(content: bytes) -> bytes:
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + bytes([content[at] | 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    "content",
    [
        archive({"a.txt": b"Hej"}),
        archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b""}),
        archive({"word/document.xml": b"<w:document/>"}),
        archive({"mimetype": b"application/zip", "content.xml": b""}),
        archive({}),
        docx({"word/vbaProject.bin": b"macro"}),
        docx({"WORD/VBAPROJECT.BIN": b"macro"}),
        odt({"Basic/Standard/Module1.xml": b"macro"}),
        odt({"Scripts/python/evil.py": b"macro"}),
        docx({"../../etc/cron.d/evil": b""}),
        docx({"..\\..\\evil.exe": b""}),
        docx({"/etc/passwd": b""}),
        docx({f"word/{number}.xml": b"" for number in range(MOST_MEMBERS)}),
        docx({"word/media/zeros": b"\0" * (151 * 1024 * 1024)}),
        lying_about_size(docx()),
        encrypted(docx()),
        docx()[:-30],
        docx()[:30],
    ],
)
def test_archives_that_are_no_documents_or_dangerous_are_refused(content: bytes) -> None:
    with pytest.raises(ContentUnwanted):
        accepted(content)


def test_what_is_looked_into_is_not_unpacked_whole() -> None:
    parts = {
        **DOCX_PARTS,
        "[Content_Types].xml": b" " * 1_000_000 + DOCX_PARTS["[Content_Types].xml"],
    }

    with pytest.raises(ContentUnwanted):
        accepted(archive(parts))


# Names


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Ansøgning 2026.pdf", "Ansøgning 2026.pdf"),
        ("ANSØGNING.PDF", "ANSØGNING.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Åse\\cv.pdf", "cv.pdf"),
        ("cv\0.pdf", "cv.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe.pdf"),
        ("cv.html", "cv.html.pdf"),
        ("cv\r\nSet-Cookie: a=b.pdf", "cv Set-Cookie_ a=b.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        ("a\u200b\u2066b\u00a0 c.pdf", "ab c.pdf"),
        ("A\u0308.pdf", "Ä.pdf"),
        ("...", "file.pdf"),
        (".pdf", "file.pdf"),
        ("", "file.pdf"),
        ("\u202e", "file.pdf"),
        ("/", "file.pdf"),
    ],
)
def test_names_are_cleaned(sent: str, kept: str) -> None:
    assert clean_name(sent, suffixes=(".pdf",)) == kept


def test_names_are_short_and_keep_their_end() -> None:
    name = clean_name("å" * 5000 + ".jpeg", suffixes=(".jpg", ".jpeg"))

    assert name == "å" * (NAME_LENGTH - 10) + ".jpeg"
