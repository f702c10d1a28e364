"""What other apps can listen to. Sent after the change is committed or about to be, never before it
is decided; receivers that talk to the outside should use ``transaction.on_commit``."""

from django.dispatch import Signal

registration_created = Signal()
"""Arguments: ``registration``."""

registration_state_changed = Signal()
"""Arguments: ``registration``, ``action``, ``before`` (the state it had)."""
