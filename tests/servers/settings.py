"""Settings of the processes that tests start: those of the suite, and what a test turns."""

import os

from cms.settings.test import *  # noqa: F403

# Hundreds of people send from this one machine. How that looks is tested elsewhere.
KOMMED_POSTS_PER_NETWORK = KOMMED_POSTS_PER_FORM = 100_000

if "no_shelter" in os.environ.get("KOMMED_TEST_FAULTS", ""):
    # Errors of a database that is away come through, as they do in Django by itself.
    MIDDLEWARE.remove("cms.database_away.DatabaseAwayMiddleware")  # noqa: F405

if waiters := os.environ.get("KOMMED_TEST_LOCK_WAITERS"):
    KOMMED_LOCK_WAITERS = int(waiters)
