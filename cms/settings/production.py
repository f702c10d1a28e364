"""Settings for a server that others can reach."""

from os import environ
from urllib.parse import urlsplit

from .base import *  # noqa: F403
from .base import BASE_URL
from .env import env, fail, read

DEBUG = False
SECRET_KEY = read(lambda: env.str("SECRET_KEY"))
ALLOWED_HOSTS = read(lambda: env.list("ALLOWED_HOSTS"))
KOMMED_DEMO_ALLOWED = False

SECRET_KEY_LENGTH = 50

if len(SECRET_KEY) < SECRET_KEY_LENGTH or SECRET_KEY.startswith("kommed-demo"):
    fail("SECRET_KEY must be at least 50 characters that nobody can guess")
if not ALLOWED_HOSTS:
    fail("ALLOWED_HOSTS is empty: name the hosts the site is reached under")
if not environ.get("BASE_URL", "").startswith(("https://", "http://")):
    fail("BASE_URL is missing: the address of the site, which the mails link to")

# The site is served over HTTPS alone; the proxy in front says so in this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = read(lambda: env.bool("SECURE_SSL_REDIRECT", True))
SECURE_HSTS_SECONDS = read(lambda: env.int("SECURE_HSTS_SECONDS", 31536000))
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [f"https://{urlsplit(BASE_URL).netloc}"]

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
