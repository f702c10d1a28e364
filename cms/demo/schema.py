"""Recognising a data folder that was made by another version."""

from __future__ import annotations

import hashlib

from django.conf import settings

SCHEMA_FILE = "schema.sha256"
APPS = ("forms", "events", "home", "cms")


def schema_fingerprint() -> str:
    """Return the fingerprint of our migrations: 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app / "migrations").glob("0*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
