"""Paths of the outbox, below the desk's own."""

from django.urls import path

from .message import MessageAbortView, MessageDetailView, MessageRetryView
from .messages import MessageListView, OutboxManyView, OutboxRestartView

outbox_patterns = [
    path("outbox/", MessageListView.as_view(), name="outbox"),
    path("outbox/results/", MessageListView.as_view(results_only=True), name="outbox_results"),
    path("outbox/many/", OutboxManyView.as_view(), name="outbox_many"),
    path("outbox/restart/", OutboxRestartView.as_view(), name="outbox_restart"),
    path("outbox/<uuid:message_uuid>/", MessageDetailView.as_view(), name="message"),
    path("outbox/<uuid:message_uuid>/retry/", MessageRetryView.as_view(), name="message_retry"),
    path("outbox/<uuid:message_uuid>/abort/", MessageAbortView.as_view(), name="message_abort"),
]
