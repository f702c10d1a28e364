"""Word and OpenDocument files: archives, looked into without being unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

MOST_MEMBERS = 2000
MOST_UNPACKED = 150 * 1024 * 1024
LONGEST_PART = 256 * 1024
END_OF_ARCHIVE, END_LENGTH = b"PK\x05\x06", 22

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORD_MAIN = f"{WORD}.main+xml".encode()
ODT = "application/vnd.oasis.opendocument.text"
RUNS = ("vbaproject", "vbadata", "basic/", "scripts/", "activex")
"""In the names of members that hold programs."""


def archive_type(content: bytes) -> str | None:
    """Return the media type of the document in ``content``, or None if there is none we take.

    Raises nothing: what cannot be read is no document. Nothing may stand before or behind the
    archive, where other programs would find another file; it must not unpack to more than fits; and
    it must hold no programs.
    """
    if content[-END_LENGTH:-18] != END_OF_ARCHIVE or content[-2:] != b"\0\0":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _document_type(archive, len(content))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError):
        return None
    except RuntimeError:  # encrypted
        return None


def _document_type(archive: zipfile.ZipFile, length: int) -> str | None:
    members = archive.infolist()
    if not _is_sound(members, length):
        return None
    names = {member.filename for member in members}
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        return WORD if WORD_MAIN in _part(archive, "[Content_Types].xml") else None
    if {"mimetype", "content.xml"} <= names:
        return ODT if _part(archive, "mimetype").strip() == ODT.encode() else None
    return None


def _is_sound(members: list[zipfile.ZipInfo], length: int) -> bool:
    """Whether the table of contents is one that an honest program would write."""
    return (
        0 < len(members) <= MOST_MEMBERS
        and len({member.filename for member in members}) == len(members)
        and not any(_is_dangerous(member) for member in members)
        and min(member.header_offset for member in members) == 0
        and sum(member.file_size for member in members) <= MOST_UNPACKED
        # More than there is means that members overlap.
        and sum(member.compress_size for member in members) <= length
    )


def _is_dangerous(member: zipfile.ZipInfo) -> bool:
    name = member.filename.lower()
    leads_out = name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")
    is_encrypted = bool(member.flag_bits & 0x1)
    return leads_out or is_encrypted or any(mark in name for mark in RUNS)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LONGEST_PART)
