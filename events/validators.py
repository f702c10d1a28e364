"""Normal forms of what identifies a person, and checks on what editors write."""

import functools
import unicodedata
import zoneinfo
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

RESERVED_SLUGS = frozenset({"r", "api", "admin", "was", "healthz", "readyz", "calendar.ics"})
"""Paths that the site answers itself: no page may take them, nor a language's code."""


NAME_MARK = "\n"
"""What stands between address and name in the key of who was registered by somebody else."""


def identity_key(email: str, name: str = "") -> str:
    """Return the normal form of an e-mail address: stripped, NFC, case-folded.

    Two registrations at one event with the same key are the same person's. ``name`` is given when
    somebody else's address is used, such as a secretary's, and is part of the key then.
    """
    parts = [email, " ".join(name.split())] if name else [email]
    return NAME_MARK.join(unicodedata.normalize("NFC", part.strip()).casefold() for part in parts)


@dataclass(frozen=True)
class Identity:
    """What tells one person from another at an event: the address, and the name if need be.

    The same address and the same name are the same person, however either came. With another name,
    the address alone tells only those who gave it as their own.
    """

    email: str
    name: str
    is_on_behalf: bool = False
    """Whether the address is somebody else's, such as a secretary's."""

    @property
    def address(self) -> str:
        """The key of whoever gave the address as their own."""
        return identity_key(self.email)

    @property
    def person(self) -> str:
        """The key of somebody of this name whom the owner of the address registered."""
        return identity_key(self.email, self.name)

    @property
    def key(self) -> str:
        """The one of the two that is theirs."""
        return self.person if self.is_on_behalf else self.address


@functools.cache
def _time_zones() -> frozenset[str]:
    """Return the names in the time zone database, for which hundreds of files are looked at."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(value: str) -> None:
    """Refuse a name that is not in the time zone database."""
    if value not in _time_zones():
        raise ValidationError(
            _("“%(name)s” is not the name of a time zone, such as Europe/Copenhagen."),
            code="time_zone",
            params={"name": value},
        )


def validate_slug_is_free(slug: str) -> None:
    """Refuse a slug that would hide one of the site's own paths, or a language's pages."""
    if slug in RESERVED_SLUGS or slug in dict(settings.LANGUAGES):
        raise ValidationError(
            {
                "slug": _("“%(slug)s” is an address of the site itself. Please choose another.")
                % {"slug": slug}
            },
            code="reserved",
        )
