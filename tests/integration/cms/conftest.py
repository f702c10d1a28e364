"""A database of its own for tests of what cannot run in a transaction."""

from tests.integration.concurrency.conftest import database

__all__ = ["database"]
