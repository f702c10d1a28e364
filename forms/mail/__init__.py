"""The outbox: queueing, rendering and sending mail, one recipient at a time."""
