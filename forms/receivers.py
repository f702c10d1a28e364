"""Forwarding what Wagtail, Django and anymail tell. No rules here."""

from __future__ import annotations

from typing import Any

from anymail.signals import tracking
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_unpublished

from .actions.publish import page_gone
from .mail.webhooks import hear
from .models import FormPageMixin


@receiver(post_delete, dispatch_uid="kommed_forms_page_deleted")
def tell_record_of_deleted_page(sender: type, instance: Any, **kwargs: Any) -> None:
    """Deleting a page, alone or with its parent, goes through no method of ours."""
    if issubclass(sender, FormPageMixin) and instance.alias_of_id is None:
        page_gone(form_key=instance.translation_key)


@receiver(page_unpublished, dispatch_uid="kommed_forms_page_unpublished")
def tell_record_of_expired_page(sender: type, instance: Any, **kwargs: Any) -> None:
    """Scheduled expiry saves the base page, and so goes through no method of ours either."""
    page_gone(form_key=instance.translation_key)


@receiver(tracking, dispatch_uid="kommed_forms_mail_tracked")
def tell_outbox_of_mail(sender: type, event: Any, esp_name: str, **kwargs: Any) -> None:
    """A provider told what became of a mail."""
    hear(event, esp_name=esp_name)
