"""What a site says about the files it takes."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import ngettext

MEGABYTE = 1024 * 1024
SHARES = 5
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
    return int(getattr(settings, "KOMMED_UPLOAD_MAX_PIXELS", 16_000_000))


def most_waiting_bytes() -> int:
    """Return how much may wait for the rest of one form to be sent, from everybody together."""
    return int(getattr(settings, "KOMMED_UPLOAD_WAITING_BYTES", 500 * MEGABYTE))


def most_waiting_files() -> int:
    """Return how many files may wait for the rest of one form, from everybody together."""
    return int(getattr(settings, "KOMMED_UPLOAD_WAITING_FILES", 1000))


def shares_of_networks() -> tuple[int, int]:
    """Return how much of that, in bytes and files, may come from one network on one day.

    A fifth, so that nobody alone fills the room of all; the files of one form fit in any case.
    """
    files = max(most_waiting_files() // SHARES, most_files())
    return max(most_waiting_bytes() // SHARES, most_files() * most_bytes()), files


def most_files_text() -> str:
    """Return how many files a form takes, in words."""
    count = most_files()
    return ngettext(
        "A form takes %(count)d file at most.", "A form takes %(count)d files at most.", count
    ) % {"count": count}
