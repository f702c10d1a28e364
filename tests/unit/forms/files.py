"""Files as visitors send them, and as those do who mean harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
TEXT = "Kære alle\n\nVi ses på havnen kl. 13.\n".encode()
GPS_TAG, ORIENTATION_TAG, ARTIST_TAG, GPS_LATITUDE = 0x8825, 0x0112, 0x013B, 2
ROTATED = 6

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="'
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    b'"/></Types>'
)
DOCX_PARTS: Mapping[str, bytes] = {
    "[Content_Types].xml": CONTENT_TYPES,
    "word/document.xml": b"<w:document/>",
}
ODT_PARTS: Mapping[str, bytes] = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": b"<office:document-content/>",
}


def archive(parts: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of ``parts``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a Word file with ``more`` members."""
    return archive({**DOCX_PARTS, **(more or {})})


def odt(more: Mapping[str, bytes] | None = None) -> bytes:
    """Return an OpenDocument text with ``more`` members."""
    return archive({**ODT_PARTS, **(more or {})})


def picture(image_format: str = "JPEG", size: tuple[int, int] = (8, 4)) -> bytes:
    """Return a plain picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, image_format)
    return out.getvalue()


def telling_picture(image_format: str = "JPEG", size: tuple[int, int] = (8, 4)) -> bytes:
    """Return a picture that lies on its side, and says where it was taken and by whom."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = ROTATED
    exif[ARTIST_TAG] = "Kanariefugl"
    exif.get_ifd(GPS_TAG)[GPS_LATITUDE] = (57.0, 2.0, 53.0)
    out = io.BytesIO()
    options: dict[str, object] = {"exif": exif}
    if image_format == "JPEG":
        options["comment"] = b"Kanariefugl"
    elif image_format == "PNG":
        info = PngInfo()
        info.add_text("Author", "Kanariefugl")
        options["pnginfo"] = info
    else:
        options["xmp"] = b"<x>Kanariefugl</x>"
    Image.new("RGB", size, "teal").save(out, image_format, **options)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """Return a picture of a few hundred bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
