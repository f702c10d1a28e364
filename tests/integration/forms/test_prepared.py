"""Queries whose text is kept: they find what the same query finds that is written anew."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count
from django.db.models.signals import post_save, pre_save

from events.enums import SeatPoolKind
from events.models import EventRecord, Registration, SeatPool
from forms.models import FormVersion, Message, Submission
from forms.prepared import PreparedQuery, Statement, ask_together
from forms.prepared_insert import NewRows, PreparedInsert, key_questions, keys_reserved
from home.models import HomePage
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


# Together


def test_what_is_asked_together_is_answered_as_alone(records: list[EventRecord]) -> None:
    pools = PreparedQuery(lambda event: SeatPool.objects.filter(event=event))
    by_key = PreparedQuery(lambda key: EventRecord.objects.filter(key=key))
    states = PreparedQuery(
        lambda event: Registration.objects.filter(event=event).values_list("state", "email")
    )
    for record in records:
        found = ask_together(
            pools.asked(event=record.pk),
            Statement("SELECT 40 + %s", (2,)),
            by_key.asked(key=record.key),
            states.asked(event=record.pk),
            states.asked(event=0),
        )
        person = record.registrations.get()
        assert found[0] == list(SeatPool.objects.filter(event=record)) != []
        assert [tuple(row) for row in found[1]] == [(42,)]
        assert found[2] == [record]
        assert [tuple(row) for row in found[3]] == [(person.state, person.email)]
        assert found[4] == []


def test_nothing_together_is_nothing() -> None:
    assert ask_together() == []


def test_postgres_is_asked_once_and_sqlite_as_often_as_there_are_questions(
    records: list[EventRecord], django_assert_num_queries: Any
) -> None:
    query = PreparedQuery(lambda pk: EventRecord.objects.filter(pk=pk))
    asked = [query.asked(pk=record.pk) for record in records]
    with django_assert_num_queries({"postgresql": 1, "sqlite": 2}[connection.vendor]):
        assert ask_together(*asked) == [[record] for record in records]


def test_a_question_that_fails_is_an_error_and_the_connection_goes_on(
    records: list[EventRecord],
) -> None:
    query = PreparedQuery(lambda pk: EventRecord.objects.filter(pk=pk))
    with pytest.raises(DatabaseError), transaction.atomic():
        ask_together(query.asked(pk=records[0].pk), Statement("SELECT nonsense FROM nowhere"))
    assert query.first(pk=records[0].pk) == records[0]


# Inserts


@pytest.fixture
def version(records: list[EventRecord]) -> FormVersion:
    """A form version that submissions may be of, and no mail yet."""
    Message.objects.all().delete()
    version: FormVersion = FormVersion.objects.first()  # type: ignore[assignment]
    return version


NOON = dt.datetime(2026, 10, 3, 12, 0, tzinfo=dt.UTC)


def test_a_kept_insert_makes_the_row_that_create_makes(version: FormVersion) -> None:
    values: dict[str, Any] = {
        "form_version": version,
        "answers": {"navn": "Æblegrød 100 %", "dage": [1, 2]},
        "submitted_at": NOON,
    }
    kept = PreparedInsert(Submission)
    kept.create(**values)
    made = kept.create(**values)
    usual = Submission.objects.create(**values)
    read = Submission.objects.get(pk=made.pk)
    differ = {"id", "uuid"}
    as_always = {k: v for k, v in fields_of(usual).items() if k not in differ}
    assert {k: v for k, v in fields_of(made).items() if k not in differ} == as_always
    assert fields_of(read) == fields_of(made)
    assert not made._state.adding
    made.answers = {}
    made.save()
    assert Submission.objects.get(pk=made.pk).answers == {}


def test_who_listens_to_saving_hears_of_a_kept_insert(version: FormVersion) -> None:
    heard: list[tuple[str, bool, bool]] = []

    def before(instance: Any, **kwargs: Any) -> None:
        heard.append(("before", instance.pk is None, kwargs["raw"]))

    def after(instance: Any, created: bool, **kwargs: Any) -> None:
        heard.append(("after", instance.pk is None, created))

    pre_save.connect(before, sender=Submission)
    post_save.connect(after, sender=Submission)
    try:
        PreparedInsert(Submission).create(form_version=version, answers={}, submitted_at=NOON)
    finally:
        pre_save.disconnect(before, sender=Submission)
        post_save.disconnect(after, sender=Submission)
    assert heard == [("before", True, False), ("after", False, True)]


def letter(**values: Any) -> dict[str, Any]:
    mail = {"kind": "received", "language": "da", "to": "gaest@example.dk"}
    return {
        **mail,
        "scope_key": uuid.uuid4(),
        "created_at": NOON,
        "next_attempt_at": NOON,
        **values,
    }


def test_a_row_whose_key_is_there_is_left_out_and_no_other() -> None:
    kept = PreparedInsert(Message, unique="dedupe_key")
    assert kept.create_unless_there(**letter(dedupe_key="a")) is not None
    assert kept.create_unless_there(**letter(dedupe_key="a")) is None
    assert kept.create_unless_there(**letter(dedupe_key="b")) is not None
    assert kept.create_unless_there(**letter(dedupe_key=None)) is not None
    assert kept.create_unless_there(**letter(dedupe_key=None)) is not None
    assert Message.objects.count() == 4


@pytest.mark.parametrize(
    "wrong", [{"state": "nonsense"}, {"created_at": None}, {"state": "sent"}], ids=str
)
def test_what_the_database_forbids_otherwise_is_refused_and_not_left_out(
    wrong: dict[str, Any],
) -> None:
    kept = PreparedInsert(Message, unique="dedupe_key")
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.create_unless_there(**letter(dedupe_key="a", **wrong))
    assert not Message.objects.exists()


def test_a_model_with_a_parent_is_not_supported() -> None:
    with pytest.raises(NotImplementedError, match="HomePage"):
        PreparedInsert(HomePage).create(title="Forside")


# Rows that are written together


def test_rows_with_known_keys_are_written_together_and_those_that_are_there_left_out(
    version: FormVersion, django_assert_num_queries: Any
) -> None:
    submissions, letters = (
        PreparedInsert(Submission),
        PreparedInsert(Message, unique="dedupe_key"),
    )
    letters.create(**letter(dedupe_key="a"))
    answers = ask_together(*key_questions(Submission, Message))
    keys = keys_reserved((Submission, Message), answers) or {Submission: 900_001, Message: 900_002}
    rows = NewRows(keys)
    submission: Any = rows.add(
        submissions, form_version=version, answers={"navn": "Åse"}, submitted_at=NOON
    )
    first: Any = rows.add(letters, **letter(dedupe_key="b"))
    again: Any = rows.add(letters, **letter(dedupe_key="a"))
    assert (submission.pk, first.pk, again.pk) == (keys[Submission], keys[Message], None)
    assert not Submission.objects.filter(pk=submission.pk).exists()
    with django_assert_num_queries({"postgresql": 1, "sqlite": 3}[connection.vendor]):
        rows.write()
        rows.write()
    assert Submission.objects.get(pk=submission.pk).answers == {"navn": "Åse"}
    assert set(Message.objects.values_list("pk", "dedupe_key")) >= {(first.pk, "b")}
    assert Message.objects.count() == 2
    assert (submission._state.adding, first._state.adding, again._state.adding) == (
        False,
        False,
        True,
    )
    # The next row takes a key of its own.
    assert Submission.objects.create(
        form_version=version, answers={}, submitted_at=NOON
    ).pk not in (submission.pk, None)


def test_without_keys_each_row_is_written_when_it_is_added(version: FormVersion) -> None:
    letters = PreparedInsert(Message, unique="dedupe_key")
    rows = NewRows()
    made = rows.add(letters, **letter(dedupe_key="a"))
    assert made is not None
    assert Message.objects.get() == made
    assert rows.add(letters, **letter(dedupe_key="a")) is None
    rows.write()
    assert Message.objects.count() == 1


def test_one_row_that_is_refused_takes_all_along(version: FormVersion) -> None:
    rows = NewRows({Submission: 900_001})
    rows.add(PreparedInsert(Submission), form_version=version, answers={}, submitted_at=NOON)
    rows.add(PreparedInsert(Message), **letter(state="nonsense"))
    before = Submission.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.write()
    assert Submission.objects.count() == before
    assert not Message.objects.exists()
