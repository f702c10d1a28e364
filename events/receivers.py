"""Forwarding what Wagtail, Django and the outbox tell. No rules here."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_unpublished as wagtail_page_unpublished

from forms.enums import DELIVERY_TROUBLE
from forms.models import Message
from forms.signals import message_delivery_changed

from .actions.bounced import note_undelivered
from .actions.publish import page_deleted, page_unpublished
from .models import EventPageMixin


@receiver(post_delete, dispatch_uid="kommed_events_page_deleted")
def tell_ledger_of_deleted_page(sender: type, instance: Any, **kwargs: Any) -> None:
    """Deleting a page, alone or with its parent, goes through no method of ours."""
    if issubclass(sender, EventPageMixin) and instance.alias_of_id is None:
        page_deleted(event_key=instance.translation_key, locale_code=instance.locale.language_code)


@receiver(wagtail_page_unpublished, dispatch_uid="kommed_events_page_unpublished")
def tell_ledger_of_expired_page(sender: type, instance: Any, **kwargs: Any) -> None:
    """Scheduled expiry saves the base page, and so goes through no method of ours either."""
    page_unpublished(event_key=instance.translation_key)


@receiver(message_delivery_changed, dispatch_uid="kommed_events_message_undelivered")
def tell_staff_of_undelivered_mail(sender: type, message: Message, **kwargs: Any) -> None:
    """A mail that came back, or was called spam, is something staff have to look at."""
    if message.delivery in DELIVERY_TROUBLE:
        note_undelivered(message=message)
