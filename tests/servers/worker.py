"""The worker as it is run, but for shorter leases and waits: ``python -m tests.servers.worker``."""

from __future__ import annotations

import os

import django
from django.core.management import call_command

from .fleet import FAULTS, make_everything_short


def main() -> None:
    """Work until told to stop."""
    django.setup()
    make_everything_short()
    for name in filter(None, os.environ["KOMMED_TEST_FAULTS"].split(",")):
        FAULTS[name]()
    call_command("worker")


if __name__ == "__main__":
    main()
