"""Settings of the processes that tests start: those of the suite, and what a test turns."""

import os

from cms.settings.test import *  # noqa: F403

# Hundreds of people send from this one machine. How that looks is tested elsewhere.
KOMMED_POSTS_PER_NETWORK = KOMMED_POSTS_PER_FORM = 100_000

if waiters := os.environ.get("KOMMED_TEST_LOCK_WAITERS"):
    KOMMED_LOCK_WAITERS = int(waiters)
