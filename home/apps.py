"""Application configuration of the front door."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Home page, event index and plain pages."""

    name = "home"
    label = "kommed_home"
    default_auto_field = "django.db.models.BigAutoField"
