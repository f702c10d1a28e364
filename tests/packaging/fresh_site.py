"""Run inside a fresh site that knows nothing of this repository; says as JSON what it saw.

``python fresh_site.py`` with the site on ``PYTHONPATH``: publishes an invitation, reads it as a
visitor, registers, and sends the mail.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils import timezone
from wagtail.models import Site

import events
import forms
from events.models import EventPage, EventSession, Registration
from forms.mail.dispatch import dispatch_due
from forms.protection.traces import opened_token

setup_test_environment()
home = Site.objects.get(is_default_site=True).root_page
starts_at = timezone.now() + dt.timedelta(days=20)
page = EventPage(
    title="Open workshops",
    slug="workshops",
    starts_at=starts_at,
    ends_at=starts_at + dt.timedelta(hours=3),
)
page.event_sessions = [EventSession(name="Aalborg", capacity=3)]
home.add_child(instance=page)
page.save_revision().publish()

visitor = Client(enforce_csrf_checks=True)
read = visitor.get("/workshops/")
opened = opened_token(page.translation_key, at=time.time() - 60)
sent = visitor.post(
    "/workshops/",
    {"name": "Ida", "email": "ida@example.dk", "form_opened": opened},
    headers={"Sec-Fetch-Site": "same-origin"},
)
receipt = visitor.get(sent["Location"]) if sent.status_code == 303 else sent
refused = visitor.post("/workshops/", {"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
admin = Client()
admin.force_login(get_user_model().objects.create_superuser("admin", "admin@example.dk", "x"))
desk = admin.get(f"/admin/registrations/{page.translation_key}/")
editor = admin.get(f"/admin/pages/{page.pk}/edit/")
dispatched = dispatch_due()
html = read.content.decode()
json.dump(
    {
        "packages": [events.__file__, forms.__file__],
        "read": read.status_code,
        "has_form": 'name="email"' in html,
        "styled": "kommed_events/event.css" in html,
        "sent": sent.status_code,
        "receipt": receipt.status_code,
        "refused": refused.status_code,
        "cookies": sorted(visitor.cookies),
        "registrations": list(Registration.objects.values_list("name", "state")),
        "desk": desk.status_code,
        "editor": editor.status_code,
        "mails": [[message.to, message.subject] for message in mail.outbox],
        "sent_mails": dispatched.sent,
        "danish": "Send din tilmelding" in html,
    },
    sys.stdout,
)
