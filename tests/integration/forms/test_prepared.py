"""Queries whose text is kept: they find what the same query finds that is written anew."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Count

from events.enums import SeatPoolKind
from events.models import EventRecord, Registration, SeatPool
from forms.models import Submission
from forms.prepared import PreparedQuery
from tests.factories import SessionSpec, make_event, make_registration

pytestmark = pytest.mark.django_db


def fields_of(instance: Any) -> dict[str, Any]:
    return {
        each.attname: getattr(instance, each.attname)
        for each in type(instance)._meta.concrete_fields
    }


@pytest.fixture
def records() -> list[EventRecord]:
    """Two events with a registration each, and pools with dates, numbers and empty fields."""
    events = [
        make_event(slug=slug, sessions=[SessionSpec("Aalborg", 9), SessionSpec("København", 7)])
        for slug in ("foerste", "anden")
    ]
    for event in events:
        make_registration(event, session="Aalborg")
    return [event.record for event in events]


def test_it_finds_the_same_rows_for_other_values(records: list[EventRecord]) -> None:
    pools = PreparedQuery(lambda event: SeatPool.objects.filter(event=event))
    for record in records:
        expected = list(SeatPool.objects.filter(event=record))
        found = pools.all(event=record.pk)
        assert found == expected != []
        assert [fields_of(each) for each in found] == [fields_of(each) for each in expected]
    assert pools.all(event=0) == []
    assert pools.first(event=0) is None


def test_keys_json_and_text_are_read_as_always(records: list[EventRecord]) -> None:
    submissions = PreparedQuery(lambda uuid: Submission.objects.filter(uuid=uuid))
    people = PreparedQuery(
        lambda event, identity: Registration.objects.live().filter(
            event=event, identity_key=identity
        )
    )
    for record in records:
        person = record.registrations.get()
        (found,) = people.all(event=record.pk, identity=person.identity_key)
        assert fields_of(found) == fields_of(person)
        read = submissions.first(uuid=person.submission.uuid)
        assert read is not None
        assert fields_of(read) == fields_of(person.submission)
        assert isinstance(read.answers, dict)


def test_rows_that_are_counted_come_as_they_are(records: list[EventRecord]) -> None:
    def counted(event: int) -> Any:
        rows = Registration.objects.filter(event=event).values_list("event_session_key", "state")
        return rows.annotate(number=Count("id")).order_by()

    kept = PreparedQuery(counted)
    for record in records:
        assert [tuple(row) for row in kept.rows(event=record.pk)] == list(counted(record.pk))


def test_what_is_the_same_each_time_is_never_taken_for_a_value(records: list[EventRecord]) -> None:
    one_kind = PreparedQuery(
        lambda event, kind: SeatPool.objects.filter(
            event=event, kind=kind, sort_order__gte=records[0].pk
        )
    )
    for record in records:
        for kind in (SeatPoolKind.EVENT_SESSION, SeatPoolKind.EVENT):
            wanted = SeatPool.objects.filter(event=record, kind=kind, sort_order__gte=records[0].pk)
            assert one_kind.all(event=record.pk, kind=str(kind)) == list(wanted)


def test_fields_that_were_left_out_are_looked_up_when_asked_for(
    records: list[EventRecord], django_assert_num_queries: Any
) -> None:
    query = PreparedQuery(lambda pk: EventRecord.objects.filter(pk=pk).only("title"))
    query.first(pk=records[0].pk)
    with django_assert_num_queries(1):
        found = query.first(pk=records[1].pk)
    assert found is not None
    with django_assert_num_queries(0):
        assert found.title == records[1].title
    with django_assert_num_queries(1):
        assert found.key == records[1].key


def test_the_text_is_built_once(records: list[EventRecord]) -> None:
    built: list[int] = []

    def build(pk: int) -> Any:
        built.append(pk)
        return EventRecord.objects.filter(pk=pk)

    query = PreparedQuery(build)
    assert [query.first(pk=record.pk) for record in records] == records
    assert len(built) == 1


def test_a_key_in_letters_is_no_key(records: list[EventRecord]) -> None:
    query = PreparedQuery(lambda key: EventRecord.objects.filter(key=key))
    assert query.all(key=records[0].key) == [records[0]]
    for other in (str(records[0].key), records[0].pk, None):
        with pytest.raises(TypeError, match="key"):
            query.all(key=other)  # type: ignore[arg-type]
    never_built = PreparedQuery(lambda key: EventRecord.objects.filter(key=key))
    with pytest.raises(TypeError, match="NoneType"):
        never_built.all(key=None)  # type: ignore[arg-type]


def test_what_could_not_be_kept_is_refused(records: list[EventRecord]) -> None:
    within = PreparedQuery(lambda title: EventRecord.objects.filter(title__contains=title))
    joined = PreparedQuery(
        lambda event: SeatPool.objects.select_related("event").filter(event=event)
    )
    with pytest.raises(ValueError, match="title"):
        within.all(title="a")
    with pytest.raises(ValueError, match="kept"):
        joined.all(event=records[0].pk)
