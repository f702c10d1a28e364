"""Settings for this machine alone: the demo, and work on the code."""

import secrets

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, DATA_DIR
from .env import env, read

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]"}

(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)


def _kept_secret() -> str:
    """Return a key of this data folder's own, made the first time it is asked for."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = read(lambda: env.bool("DEBUG", False))
SECRET_KEY = read(lambda: env.str("SECRET_KEY", "")) or _kept_secret()
KOMMED_DEMO_ALLOWED = set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS
# Serve static files from where they lie, without a collecting step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
