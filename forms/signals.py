"""What other apps can listen to."""

from django.dispatch import Signal

message_delivery_changed = Signal()
"""Arguments: ``message``, ``before`` (what had become of it until then), ``reason``.

Sent in the transaction: use ``transaction.on_commit`` for anything that leaves the process. What a
receiver raises undoes the change, and a provider that told us is asked to tell again.
"""
