"""The registration that somebody has already."""

from __future__ import annotations

from forms.prepared import PreparedQuery

from ..models import EventRecord, Registration

_LIVE = PreparedQuery(
    lambda event, identity: (
        Registration.objects.live().filter(event=event, identity_key=identity).order_by("pk")[:1]
    )
)


def live_registration(event: EventRecord, identity_key: str) -> Registration | None:
    """Return the one live registration of a person at ``event``, or None."""
    return _LIVE.first(event=event.pk, identity=identity_key)
