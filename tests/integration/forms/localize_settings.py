"""Settings of a site that has wagtail-localize: those of the suite, on a database in memory.

The package stays out of the suite's own settings, where it would change the admin of every test.
"""

from cms.settings.test import *  # noqa: F403
from cms.settings.test import INSTALLED_APPS as APPS


class NoMigrations(dict[str, None]):
    """Tables are made from the models as they are, which takes a second instead of twenty."""

    def __contains__(self, label: object) -> bool:
        return True

    def __missing__(self, label: str) -> None:
        return None


DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = ["wagtail_localize", *APPS]
MIGRATION_MODULES = NoMigrations()
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}
}
