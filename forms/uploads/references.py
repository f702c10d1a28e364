"""How the page refers to a file that is kept while the visitor mends the rest of the form."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core import signing

SALT = "kommed_forms.upload"


@dataclass(frozen=True)
class Reference:
    """What a signed reference says: which file, and the digest of its content."""

    upload: uuid.UUID
    digest: str


def sign(reference: Reference, *, form_key: str, question_key: str) -> str:
    """Return ``reference`` as the page carries it. It is good on this form, at this question."""
    said = [reference.upload.hex, reference.digest, form_key, question_key]
    return signing.Signer(salt=SALT).sign_object(said)


def read(signed: str, *, form_key: str, question_key: str) -> Reference | None:
    """Return what ``signed`` says, or None if we did not say it here."""
    try:
        upload, digest, form, question = signing.Signer(salt=SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError):
        return None
    if (form, question) != (form_key, question_key):
        return None
    return Reference(upload=uuid.UUID(upload), digest=digest)
