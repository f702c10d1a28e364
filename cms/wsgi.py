"""The WSGI application. Servers should name ``cms.settings.production`` themselves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

application = get_wsgi_application()

from cms.demo_guard import refuse_demo_logins  # noqa: E402 (the apps must be ready)

refuse_demo_logins()
