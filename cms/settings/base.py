"""Settings that hold everywhere. ``dev``, ``production`` and ``test`` say what differs."""

from __future__ import annotations

import logging
from pathlib import Path

import django
from django.utils.translation import gettext_lazy as _

from .env import env, fail, proxies, read
from .mail import mail_settings

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(read(lambda: env.str("KOMMED_DATA_DIR", str(BASE_DIR / "var")))).resolve()

# Applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cms",
    "home",
    "events",
    "forms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "anymail",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cms.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "forms.protection.CsrfByPathMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "cms.database_away.DatabaseAwayMiddleware",
    "cms.routing.OnlySiteMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# Data -----------------------------------------------------------------------------------------

LOCK_WAIT = read(lambda: env.float("LOCK_WAIT", 3.0))
"""Seconds that a registration waits for the seats before it answers 503."""

if LOCK_WAIT <= 0:
    fail("LOCK_WAIT must be more than 0 seconds")

_database = read(lambda: env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'kommed.sqlite3'}"))
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        # A transaction takes the write lock when it begins. Django's default takes it at the first
        # write, and then fails at once when somebody else has it.
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_WAIT,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
    _database["DISABLE_SERVER_SIDE_CURSORS"] = read(lambda: env.bool("DATABASE_POOLED", False))
# The address says nothing of it, and its parser's answer to that is a new connection each time.
_database["CONN_MAX_AGE"] = 60
DATABASES = {"default": _database}

CACHES = {"default": read(lambda: env.dj_cache_url("CACHE_URL", "locmem://"))}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = read(lambda: env.str("MEDIA_URL", "/media/"))
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # What visitors send. Not below MEDIA_ROOT: no web server may read it.
    "kommed_uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "uploads", "base_url": None},
    },
}

# Language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "da"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# The second one is Danish for the strings of Wagtail's admin that our editors meet.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

# Wagtail --------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Kom med"
WAGTAILADMIN_BASE_URL = BASE_URL = read(lambda: env.str("BASE_URL", "http://127.0.0.1:8000"))
# The admin would otherwise tell third parties who works here.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "txt"]
WAGTAIL_ALLOW_UNICODE_SLUGS = False

# A reusable app's @task is bound to "default" when it is imported; the worker runs this queue.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Security -------------------------------------------------------------------------------------

SECRET_KEY_FALLBACKS: list[str] = read(lambda: env.list("SECRET_KEY_FALLBACKS", []))
ALLOWED_HOSTS = read(lambda: env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"]))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"

# forms.protection.CsrfByPathMiddleware stands in the place of Django's, and uses it where people
# are logged in; kommed_events.E004 says so if it is missing.
SILENCED_SYSTEM_CHECKS = ["security.W003"]

KOMMED_COOKIE_PATHS = ["/admin/", "/accounts/"]
"""Where people are logged in. Everywhere else posts are judged without a cookie."""

KOMMED_TRUSTED_PROXIES = proxies(read(lambda: env.list("TRUSTED_PROXIES", [])))
"""Who may say, in X-Forwarded-For, where a request comes from."""

KOMMED_POSTS_PER_NETWORK = read(lambda: env.int("POSTS_PER_NETWORK", 30))
KOMMED_POSTS_PER_FORM = read(lambda: env.int("POSTS_PER_FORM", 600))
"""What is nothing special in ten minutes; whoever sends more presses one more button."""

# Files that visitors send ---------------------------------------------------------------------

KOMMED_UPLOADS = read(lambda: env.bool("KOMMED_UPLOADS", False))
"""Whether a form may ask for a file. They are kept in STORAGES["kommed_uploads"]."""

# Mail -----------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = read(lambda: env.str("DEFAULT_FROM_EMAIL", "Kom med <kommed@example.dk>"))
KOMMED_MAIL_DIR = DATA_DIR / "mail"
KOMMED_MAIL_RETENTION_DAYS = read(lambda: env.int("MAIL_RETENTION_DAYS", 14))
if KOMMED_MAIL_RETENTION_DAYS < 0:
    fail("MAIL_RETENTION_DAYS: a number of days, 0 or more")
"""How long it is kept what a mail said that has been sent or given up."""
globals().update(mail_settings(env, django_version=django.VERSION))

# Logging --------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "cms.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": read(lambda: env.log_level("LOG_LEVEL", logging.WARNING)),
    },
}
