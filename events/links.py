"""Personal links: a way in without an account, which can be revoked and proves who was written to.

A token is the identifier of what it leads to and an HMAC over purpose, identifier and generation.
Nothing is stored that would let somebody who reads the database make one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Callable, Iterator
from enum import StrEnum

from django.conf import settings

MAC_BYTES = 20
UUID_BYTES = 16
TOKEN_LENGTH = 48
"""Characters of a token: 36 bytes as base64 without padding."""


class Purpose(StrEnum):
    """What a link is for. One for one purpose opens nothing else."""

    REGISTRATION = "registration"
    INVITATION = "invitation"


def make_token(purpose: Purpose, identifier: uuid.UUID, generation: int) -> str:
    """Return the token that leads to ``identifier`` until its generation grows."""
    mac = _mac(next(_keys()), purpose, identifier, generation)
    return base64.urlsafe_b64encode(identifier.bytes + mac).rstrip(b"=").decode()


def identifier_in(
    token: str, purpose: Purpose, generation_of: Callable[[uuid.UUID], int | None]
) -> uuid.UUID | None:
    """Return what ``token`` leads to, or None if it is not one of ours for ``purpose``.

    ``generation_of`` looks the current generation up; for what does not exist it returns None, and
    as much is computed then as otherwise, so that time does not tell.
    """
    raw = _bytes_of(token)
    if raw is None:
        return None
    identifier, mac = uuid.UUID(bytes=raw[:UUID_BYTES]), raw[UUID_BYTES:]
    generation = generation_of(identifier)
    is_ours = False
    for key in _keys():
        expected = _mac(key, purpose, identifier, -1 if generation is None else generation)
        is_ours |= hmac.compare_digest(mac, expected)
    return identifier if is_ours and generation is not None else None


def _bytes_of(token: str) -> bytes | None:
    if len(token) != TOKEN_LENGTH:
        return None
    try:
        raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return raw if len(raw) == UUID_BYTES + MAC_BYTES else None


def _keys() -> Iterator[str]:
    """Yield the key that signs, then those that were used before and still open."""
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _mac(key: str, purpose: Purpose, identifier: uuid.UUID, generation: int) -> bytes:
    message = f"kommed_events.link:{purpose}:{identifier}:{generation}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).digest()[:MAC_BYTES]
