"""The daily purge: every app that keeps personal data says how it removes what is past its time."""

from __future__ import annotations

from typing import Protocol

from ..actions.purge import Purged, purge_submissions
from ..clock import Clock, database_now


class Eraser(Protocol):
    """What removes, or with ``dry_run`` counts, the answers of one kind that are past their time.

    It does its work in transactions of its own, finds nothing more when it is run again, and
    writes nothing personal to any log.
    """

    def __call__(self, *, now: Clock, dry_run: bool) -> Purged:
        """Do it, and return what was removed."""


_erasers: dict[str, Eraser] = {}


def register_eraser(name: str, eraser: Eraser) -> None:
    """Have ``eraser`` run with every purge. The last one under a name wins.

    Call it when an app is ready. What came with registrations has none yet, and is kept.
    """
    _erasers[name] = eraser


def unregister_eraser(name: str) -> None:
    """Forget an eraser."""
    _erasers.pop(name, None)


def purge_personal_data(*, now: Clock = database_now, dry_run: bool = False) -> dict[str, Purged]:
    """Run every eraser, and return by name what each removed, or would."""
    return {name: eraser(now=now, dry_run=dry_run) for name, eraser in _erasers.items()}


register_eraser("forms", purge_submissions)
