"""What a site says about the files it takes."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

MEGABYTE = 1024 * 1024
KEPT_FOR = dt.timedelta(days=1)
"""How long a file waits for the rest of its form to be sent."""


def uploads_are_on() -> bool:
    """Return whether the site takes files at all; it does not unless it says so."""
    return bool(getattr(settings, "KOMMED_UPLOADS", False))


def most_bytes() -> int:
    """Return the size that one file may have."""
    return int(getattr(settings, "KOMMED_UPLOAD_MAX_BYTES", 7 * MEGABYTE))


def most_files() -> int:
    """Return how many files one form may take."""
    return int(getattr(settings, "KOMMED_UPLOAD_MAX_FILES", 5))


def most_pixels() -> int:
    """Return how large a picture may be. It takes four bytes a pixel, twice, while it is read."""
    return int(getattr(settings, "KOMMED_UPLOAD_MAX_PIXELS", 30_000_000))
