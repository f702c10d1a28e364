"""Editing pages in Wagtail's admin as a browser does: get the form, change fields, send it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

PUBLISH, SUBMIT = "action-publish", "action-submit"
TICKED = re.compile(r'<input type="checkbox" name="([^"]+)"(?![^>]*value=)[^>]* checked')


def form_at(client: Client, url: str) -> QueryDict:
    """Return what the page editor at ``url`` would send if nobody typed anything.

    Stream fields have their inputs made by JavaScript: they are sent empty.
    """
    return form_in(client.get(url).content.decode())


def form_in(html: str) -> QueryDict:
    """Return the same for the ``html`` of a page editor."""
    data = querydict_from_html(html, form_id="page-edit-form").copy()
    for box in TICKED.findall(html):
        data[box] = "on"  # what browsers send for a box without a value
    data["body-count"] = "0"
    for number in range(int(data["event_sessions-TOTAL_FORMS"])):
        for stream in ("co_hosts", "contacts"):
            data[f"event_sessions-{number}-{stream}-count"] = "0"
    return data


def edit_url(page: Any) -> str:
    """Return the path of the page's editor."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def edit(client: Client, page: Any, *, action: str = "", **changes: Any) -> HttpResponse:
    """Change fields of ``page`` and send the form; without ``action`` it is saved as a draft."""
    data = form_at(client, edit_url(page))
    return send(client, edit_url(page), data, action=action, **changes)


def send(
    client: Client, url: str, data: QueryDict, *, action: str = "", **changes: Any
) -> HttpResponse:
    """Send the form ``data`` with ``changes``, whose names may use ``__`` for ``-``."""
    for name, value in changes.items():
        data[name.replace("__", "-")] = value
    if action:
        data[action] = "on"
    return client.post(url, data)  # type: ignore[return-value]


def session_row(number: int, **fields: Any) -> dict[str, Any]:
    """Return the fields of a new session row of the page form."""
    row = {"name": "", "heading": "", "description": "null", "image": "", "venue": "", "ORDER": ""}
    row |= {"capacity": "", "starts_at": "", "ends_at": "", "id": "", "DELETE": ""}
    row |= {"co_hosts__count": "0", "contacts__count": "0"} | fields
    return {f"event_sessions__{number}__{name}": value for name, value in row.items()}
