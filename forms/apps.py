"""Application configuration of the form builder."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsConfig(AppConfig):
    """The form builder. The label is our own: ``forms`` clashes with Django's."""

    name = "forms"
    label = "kommed_forms"
    verbose_name = _("Forms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks and receivers, and say what outbox and worker should know."""
        from . import checks, receivers  # noqa: F401, PLC0415 (app ready)
        from .jobs.schedule import register_jobs  # noqa: PLC0415 (app ready)
        from .mail.trial import register_test_mail  # noqa: PLC0415 (app ready)
        from .notifications import register_message_kinds  # noqa: PLC0415 (app ready)

        register_message_kinds()
        register_test_mail()
        register_jobs()
