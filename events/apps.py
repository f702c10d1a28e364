"""Application configuration of the events app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Invitations and registrations. The label is our own: many sites have an ``events``."""

    name = "events"
    label = "kommed_events"
    verbose_name = _("Events")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks and receivers, and say what outbox and worker should know."""
        from . import checks, receivers  # noqa: F401, PLC0415 (app ready)
        from .jobs.schedule import register_jobs  # noqa: PLC0415 (app ready)
        from .notifications import (  # noqa: PLC0415 (app ready)
            register_message_kinds,
            register_own_page_kinds,
        )
        from .notifications.by_the_clock import register_clock_kinds  # noqa: PLC0415
        from .notifications.event_changes import register_event_change_kinds  # noqa: PLC0415
        from .notifications.invitations import register_invitation_kinds  # noqa: PLC0415
        from .notifications.mailings import register_mailing_kind  # noqa: PLC0415
        from .notifications.staff import register_staff_kinds  # noqa: PLC0415

        register_message_kinds()
        register_invitation_kinds()
        register_own_page_kinds()
        register_event_change_kinds()
        register_clock_kinds()
        register_mailing_kind()
        register_staff_kinds()
        register_jobs()
