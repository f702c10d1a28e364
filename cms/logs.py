"""What must not stand in any log: links that open somebody's own page."""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Mapping
from typing import Any

PERSONAL_LINK = re.compile(r"(/r/(?:i/)?)[A-Za-z0-9_=~%-]{16,}")
"""A personal link: what stands behind ``/r/`` and is no word. Shortened and misread ones too."""
MASKED = r"\1***"


def without_links(text: str) -> str:
    """Return ``text`` with every personal link masked."""
    return PERSONAL_LINK.sub(MASKED, text)


def _masked(value: Any) -> Any:
    return without_links(value) if isinstance(value, str) else value


def _masked_args(args: Any) -> Any:
    if isinstance(args, Mapping):
        masked = copy.copy(args)  # of its own type: gunicorn's answers for what is missing
        for name, value in args.items():
            masked[name] = _masked(value)  # type: ignore[index]
        return masked
    return tuple(_masked(value) for value in args) if isinstance(args, tuple) else args


def mask_personal_links() -> None:
    """Mask personal links in every log record of this process, whoever writes and handles it.

    Also in those of a server that was set up before Django, such as gunicorn's log of requests. To
    be called once; further calls change nothing.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "masks_personal_links", False):
        return

    def make_masked(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.msg = _masked(record.msg)
        record.args = _masked_args(record.args)
        return record

    make_masked.masks_personal_links = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make_masked)


class MaskingFormatter(logging.Formatter):
    """Masks what only shows when a record is written out, such as the text of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return without_links(super().format(record))
