"""What a file is, by what is in it. Its name and what the browser calls it are not asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .archives import ODT, WORD, archive_type
from .errors import ContentUnwanted
from .images import redrawn

PDF_START, PDF_END, PDF_TAIL = b"%PDF-", b"%%EOF", 1024
TEXT = "text/plain"
# What makes a browser take a text for a page, and runs there.
MARKUP = re.compile(
    r"<\s*(?:!doctype|\?xml|\?php|html|head|body|script|svg|iframe|object|embed|math|meta|style)\b",
    re.IGNORECASE,
)
OTHER_STARTS = ("<", "%PDF-", "%!PS", "{\\rtf", "#!")
"""What is text to look at and something else to programs."""
NOT_IN_TEXT = re.compile("[\0-\x08\x0e-\x1f\x7f]")

SUFFIXES: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    WORD: (".docx",),
    ODT: (".odt",),
    TEXT: (".txt",),
}
"""The kinds of file that are let in, and how their names end."""


@dataclass(frozen=True)
class Accepted:
    """A file that is let in: its kind, and its content as it is kept."""

    content_type: str
    content: bytes

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How its name may end; the first is given where it ends otherwise."""
        return SUFFIXES[self.content_type]


def accepted(content: bytes) -> Accepted:
    """Return what ``content`` is, as it is to be kept: pictures drawn anew, others as they came.

    Raises ``ContentUnwanted``, or for a picture ``PictureBroken`` or ``PictureTooLarge``.
    """
    image = _image_type(content)
    if image is not None:
        return Accepted(f"image/{image.lower()}", redrawn(content, image))
    if content.startswith(PDF_START):
        if PDF_END in content[-PDF_TAIL:] and not _ends_as_archive(content):
            return Accepted("application/pdf", content)
    elif content.startswith(b"PK\x03\x04"):
        document = archive_type(content)
        if document is not None:
            return Accepted(document, content)
    elif _is_text(content):
        return Accepted(TEXT, content)
    raise ContentUnwanted


def _image_type(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    return None


def _ends_as_archive(content: bytes) -> bool:
    """Whether programs that read archives, from the end, would find one behind the document."""
    return b"PK\x05\x06" in content[-PDF_TAIL:]


def _is_text(content: bytes) -> bool:
    """Whether this is text in UTF-8 that no program takes for a page or a picture."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    is_other = text.lstrip().startswith(OTHER_STARTS)
    return not (is_other or NOT_IN_TEXT.search(text) or MARKUP.search(text))
