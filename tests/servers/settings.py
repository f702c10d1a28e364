"""Settings of the processes that tests start: those of the suite, and what a test turns."""

import os

from cms.settings.test import *  # noqa: F403

if waiters := os.environ.get("KOMMED_TEST_LOCK_WAITERS"):
    KOMMED_LOCK_WAITERS = int(waiters)
