"""What other apps can listen to.

Receivers that talk to the outside should do it in ``transaction.on_commit``.
"""

from django.dispatch import Signal

registration_created = Signal()
"""Arguments: ``registration``."""

registration_state_changed = Signal()
"""Arguments: ``registration``, ``action``, ``before`` (the state it had)."""
