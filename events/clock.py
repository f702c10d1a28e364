"""The clock that decides deadlines: the one of ``forms``, which is the database's."""

from forms.clock import Clock, ask_with_time, database_now

__all__ = ["Clock", "ask_with_time", "database_now"]
