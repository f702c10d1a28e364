"""Publishing while the editor is still saving by itself makes nothing twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from events.models import SeatPool
from tests.conftest import People, log_in
from tests.factories import MadeEvent

from .editor import PUBLISH, edit_url, form_at, send

pytestmark = pytest.mark.django_db

RELATIONS = ("questions", "event_sessions", "audiences")


def before_the_answer(data: QueryDict) -> QueryDict:
    """Return the form as the browser sends it when it has not heard yet which ids its rows got."""
    for relation in RELATIONS:
        data[f"{relation}-INITIAL_FORMS"] = "0"
        for number in range(int(data[f"{relation}-TOTAL_FORMS"])):
            data[f"{relation}-{number}-id"] = ""
    return data


def rows_of(page: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Return what each row of ``page`` is called, and what the ledger knows it by."""
    return {
        name: [
            (str(row), row.row_key, getattr(row, "translation_key", row.pk))
            for row in getattr(page, name).all()
        ]
        for name in RELATIONS
    }


def test_rows_whose_ids_the_browser_does_not_know_yet_are_not_doubled(
    people: People, made: MadeEvent
) -> None:
    client, page = log_in(people.editor), made.page
    before = rows_of(page)
    pools = set(SeatPool.objects.filter(event=made.record).values_list("pk", "event_session_key"))
    data = before_the_answer(form_at(client, edit_url(page)))
    data["event_sessions-0-heading"] = "Nyt om det"

    sent = send(client, edit_url(page), data, action=PUBLISH)

    assert sent.status_code == 302
    page = made.reload()
    assert rows_of(page) == before
    assert page.event_sessions.first().heading == "Nyt om det"
    after = set(SeatPool.objects.filter(event=made.record).values_list("pk", "event_session_key"))
    assert after == pools
