"""Settings for the test suite: quick passwords, an outbox in memory, everything else as it is."""

import os
import tempfile

os.environ.setdefault("KOMMED_DATA_DIR", tempfile.mkdtemp(prefix="kommed-test-"))

from .dev import *  # noqa: F403
from .dev import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that the concurrency tests can copy it and serve from it.
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['KOMMED_DATA_DIR']}/test.sqlite3"}
WAGTAIL_AUTOSAVE_INTERVAL = 0
