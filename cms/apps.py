"""Application configuration of the site we ship."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Site settings, branding, health and the commands that run the site."""

    name = "cms"
    label = "kommed_cms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and keep personal links out of the logs."""
        from . import demo_guard  # noqa: F401, PLC0415 (app ready)
        from .logs import mask_personal_links  # noqa: PLC0415 (app ready)

        mask_personal_links()
