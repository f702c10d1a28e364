"""The product as it is served, but for the limits on how much one network sends."""

from cms.settings.base import *  # noqa: F403

DEBUG = KOMMED_DEMO_ALLOWED = False
SECRET_KEY = "bench"  # noqa: S105 (nothing is kept)
KOMMED_POSTS_PER_NETWORK = KOMMED_POSTS_PER_FORM = 1_000_000
