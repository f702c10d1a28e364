"""Pictures: drawn anew, so that nothing but the picture is left of what was sent."""

from __future__ import annotations

import io
import struct
import threading
import zlib

from PIL import Image, ImageOps

from .errors import PictureBroken, PicturesBusy, PictureTooLarge
from .limits import most_pixels

QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
START_OF_SCAN = b"\xff\xda"
MOST_SCANS = 200
"""Honest programs write about ten; what else a camera leaves in a file may look like some more."""
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for pictures that are damaged, by accident or by design."""

# A picture of the largest size takes some 130 MB while it is drawn: two at a time in a process.
_drawing = threading.BoundedSemaphore(2)
PATIENCE = 10.0
"""Seconds to wait for a turn: pictures must not keep every thread from answering other pages."""


def redrawn(content: bytes, image_format: str) -> bytes:
    """Return the picture as a new file of ``image_format``, upright, without metadata.

    Where it was taken, with what and by whom is not our business, and often not known to those who
    send it. Of an animation the first picture is left. Raises ``PictureBroken``,
    ``PictureTooLarge`` or ``PicturesBusy``.
    """
    if image_format == "JPEG" and content.count(START_OF_SCAN) > MOST_SCANS:
        raise PictureBroken  # each goes through the whole picture, for a few bytes of the file
    if not _drawing.acquire(timeout=PATIENCE):
        raise PicturesBusy
    try:
        return _redraw(content, image_format)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    except UNREADABLE as error:
        raise PictureBroken from error
    finally:
        _drawing.release()


def _redraw(content: bytes, image_format: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=[image_format]) as image:
        if image.width * image.height > most_pixels():  # known before anything is unpacked
            raise PictureTooLarge
        upright = ImageOps.exif_transpose(image)
    picture = _in_plain_mode(upright, image_format)
    picture.info = {}  # comments, profiles and the like, which Pillow would write again
    out = io.BytesIO()
    options = {} if image_format == "PNG" else {"quality": QUALITY}
    picture.save(out, format=image_format, **options)
    return out.getvalue()


def _in_plain_mode(image: Image.Image, image_format: str) -> Image.Image:
    """Return the picture in colours that every reader knows."""
    has_transparency = image_format != "JPEG" and image.has_transparency_data
    mode = "RGBA" if has_transparency else "RGB"
    if image.mode == "L" and not has_transparency:
        mode = "L" if image_format != "WEBP" else "RGB"
    return image if image.mode == mode else image.convert(mode)
