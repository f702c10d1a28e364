#!/usr/bin/env python
"""Run a command of the site."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (thin method)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
