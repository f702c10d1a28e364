"""The clock that decides deadlines: the one of ``forms``, which is the database's."""

from forms.clock import Clock, database_now

__all__ = ["Clock", "database_now"]
