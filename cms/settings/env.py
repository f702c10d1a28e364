"""Reading the environment: a wrong or missing variable is one clear line, not a traceback."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable
from typing import TypeVar

from environs import Env, EnvError

Value = TypeVar("Value")

env = Env()


def read(reader: Callable[[], Value]) -> Value:
    """Return what ``reader`` reads; end the process with one line if the variable is unusable."""
    try:
        return reader()
    except EnvError as error:
        sys.exit(f"kommed: {error}")
    except ValueError as error:  # dj-database-url raises it bare
        sys.exit(f"kommed: an environment variable has a value that cannot be used: {error}")


def proxies(values: list[str]) -> list[str]:
    """Return the trusted proxies, each an address, a network or ``unix``; end if one is neither."""
    for value in values:
        try:
            if value != "unix":
                ipaddress.ip_network(value, strict=False)
        except ValueError:
            fail(f"TRUSTED_PROXIES: {value!r} is neither an address nor a network")
    return values


def fail(message: str) -> None:
    """End the process with one line that names what is wrong with the environment."""
    sys.exit(f"kommed: {message}")
