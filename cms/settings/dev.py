"""Settings for this machine alone: the demo, and work on the code."""

from .base import *  # noqa: F403
from .base import DATA_DIR
from .env import env, read

DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = read(lambda: env.bool("DEBUG", False))
SECRET_KEY = read(lambda: env.str("SECRET_KEY", "kommed-demo-key-for-this-machine-only-0123456789abcdef"))
KOMMED_DEMO_ALLOWED = True
# Serve static files from where they lie, without a collecting step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
