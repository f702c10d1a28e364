"""The desk of forms: what its screens show, search, filters, exports, and queries."""

from __future__ import annotations

import csv
import datetime as dt
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from forms.enums import Suspicion
from forms.models import FormAccess, Submission
from tests.conftest import log_in
from tests.factories import MadeForm, UserFactory, make_form, publish

from .sending import DeskPeople, days_ago, into_admin, kept, make_desk_people

pytestmark = pytest.mark.django_db

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"label": "Navn", "field_type": "singleline"},
    {"label": "Kost", "field_type": "singleline", "privacy_class": "special"},
    {"label": "CPR", "field_type": "singleline", "privacy_class": "confidential"},
    {
        "label": "Farve",
        "field_type": "radio",
        "choices": [{"key": "r", "label": "Rød", "places": None}],
    },
)
ANNA = {"navn": "Anna Ærø", "kost": "Halal", "cpr": "010203", "farve": "r"}
BO = {"navn": "Bo Bæk", "kost": "", "cpr": "", "farve": None}


@pytest.fixture
def form(site: Any) -> MadeForm:
    """A form that asks for things of all three classes."""
    return make_form(title="Skriv til os", questions=QUESTIONS)


@pytest.fixture
def people(form: MadeForm) -> DeskPeople:
    """Those who may, and those who may not."""
    return make_desk_people(form, make_form(title="En anden"))


def at_desk(name: str, *arguments: Any) -> str:
    return reverse(f"kommed_forms_desk:{name}", args=arguments)


def shown(response: Any) -> list[Any]:
    return list(response.context["object_list"])


def test_the_first_screen_counts_what_came_in(form: MadeForm, people: DeskPeople) -> None:
    kept(form, ANNA, now=days_ago(2))
    last = kept(form, BO)

    rows = {
        name: [
            (row.title, row.number, row.last_sent_at)
            for row in shown(log_in(getattr(people, name)).get(at_desk("forms")))
        ]
        for name in ("viewer", "outsider", "admin")
    }

    ours, theirs = ("Skriv til os", 2, last.submitted_at), ("En anden", 0, None)
    assert rows == {"viewer": [ours], "outsider": [theirs], "admin": [theirs, ours]}


def test_the_list_shows_what_may_lie_about(form: MadeForm, people: DeskPeople) -> None:
    kept(form, ANNA)

    response = log_in(people.all_rights).get(at_desk("submissions", form.key))
    page = response.content.decode()

    assert [word for word in ("Anna Ærø", "Rød") if word not in page] == []
    assert [word for word in ("Halal", "010203") if word in page] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ærø"}, ["Anna Ærø"]),
        ({"q": "RØD"}, ["Anna Ærø"]),
        ({"q": "010203"}, ["Anna Ærø"]),
        ({"q": "findes ikke"}, []),
        ({"q": "navn"}, []),
        ({"suspicion": "honeypot"}, ["Bo Bæk"]),
        ({"submitted_at_from": "{yesterday}"}, ["Bo Bæk"]),
        ({"submitted_at_to": "{yesterday}"}, ["Anna Ærø"]),
        ({"ordering": "submitted_at"}, ["Anna Ærø", "Bo Bæk"]),
        ({"ordering": "-submitted_at"}, ["Bo Bæk", "Anna Ærø"]),
        ({"ordering": "answers"}, ["Bo Bæk", "Anna Ærø"]),
    ],
)
def test_the_list_is_searched_filtered_and_ordered(
    form: MadeForm, people: DeskPeople, query: dict[str, str], found: list[str]
) -> None:
    kept(form, ANNA, now=days_ago(3))
    kept(form, BO, suspicion=Suspicion.HONEYPOT)
    yesterday = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    query = {name: value.format(yesterday=yesterday) for name, value in query.items()}

    for name in ("submissions", "submissions_results"):
        response = log_in(people.viewer).get(at_desk(name, form.key), query)
        assert [row.answers["navn"] for row in shown(response)] == found


def test_a_search_tells_nothing_of_what_one_may_not_see(form: MadeForm, people: DeskPeople) -> None:
    kept(form, ANNA)
    url = at_desk("submissions", form.key)

    found = [
        len(shown(log_in(user).get(url, {"q": "halal"})))
        for user in (people.viewer, people.all_rights)
    ]

    assert found == [0, 1]


def test_one_in_full_under_the_labels_of_the_day(form: MadeForm, people: DeskPeople) -> None:
    submission = kept(form, ANNA)
    page = form.reload()
    rows = list(page.questions.all())
    rows[0].label, rows[3].label = "Hvad hedder du?", "Kulør"
    page.questions = [rows[3], rows[0]]
    publish(page)
    url = at_desk("submission", form.key, submission.uuid)

    seen = {
        name: [
            (spec.label, text)
            for spec, text in log_in(getattr(people, name)).get(url).context["answers"]
        ]
        for name in ("viewer", "all_rights")
    }

    both = [("Navn", "Anna Ærø"), ("CPR", "010203"), ("Farve", "Rød")]
    assert seen["viewer"] == [both[0], ("Kost", None), *both[1:]]
    assert seen["all_rights"] == [both[0], ("Kost", "Halal"), *both[1:]]


def test_what_visitors_wrote_is_text_and_nothing_else(form: MadeForm, people: DeskPeople) -> None:
    nasty = "<script>alert(1)</script>{{ 7|add:7 }}"
    submission = kept(form, ANNA | {"navn": nasty})
    client = log_in(people.viewer)

    for url in (
        at_desk("submissions", form.key),
        at_desk("submission", form.key, submission.uuid),
    ):
        page = client.get(url).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in page


@pytest.mark.parametrize("name", ["forms", "submissions", "submission"])
def test_more_rows_take_no_more_queries(form: MadeForm, people: DeskPeople, name: str) -> None:
    row = kept(form, ANNA)
    client = log_in(people.all_rights)
    arguments = {"forms": (), "submissions": (form.key,), "submission": (form.key, row.uuid)}[name]
    client.get(at_desk(name, *arguments))  # fills what is remembered between requests

    numbers = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(at_desk(name, *arguments)).status_code == 200
        numbers.append(len(queries))
        for number in range(2):
            kept(form, ANNA | {"navn": f"Nr. {number}"})
            another = make_form(title=f"Nr. {number}")
            FormAccess.objects.create(user=people.all_rights, form_key=another.key)

    assert numbers[0] == numbers[1]


def test_fifty_are_on_a_page(form: MadeForm, people: DeskPeople) -> None:
    version = kept(form, ANNA).form_version
    Submission.objects.bulk_create(
        Submission(
            form_record=form.record,
            form_version=version,
            answers=ANNA,
            submitted_at=timezone.now(),
        )
        for _ in range(51)
    )

    response = log_in(people.viewer).get(at_desk("submissions", form.key))

    assert (len(shown(response)), response.context["items_count"]) == (50, 52)


# Deleting


def test_deleting_asks_first(form: MadeForm, people: DeskPeople) -> None:
    submission, other = kept(form, ANNA), kept(form, BO)
    client = log_in(people.deleter)
    one = at_desk("delete", form.key, submission.uuid)
    many = at_desk("delete_many", form.key)
    ticked = {"submission": [str(submission.uuid), str(other.uuid), "' OR 1=1"]}

    assert client.get(one).context["number"] == 1
    asked = client.post(many, ticked)
    assert (asked.status_code, asked.context["number"]) == (200, 2)
    assert Submission.objects.count() == 2
    answered = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', asked.content.decode())
        for name in ("submission", "confirmed")
    }

    done = client.post(many, answered)

    assert (done.status_code, done["Location"]) == (302, at_desk("submissions", form.key))
    assert Submission.objects.count() == 0
    entry = ModelLogEntry.objects.get(action="kommed_forms.form.delete_submissions")
    assert (entry.user, entry.data["count"]) == (people.deleter, 2)


def test_deleting_nothing_says_so(form: MadeForm, people: DeskPeople) -> None:
    response = log_in(people.deleter).post(at_desk("delete_many", form.key), {"confirmed": "1"})

    assert response["Location"] == at_desk("submissions", form.key)


# Exports


def export(user: Any, form: MadeForm, extension: str, query: str = "") -> Any:
    url = at_desk("export", form.key) + query
    return log_in(user).post(url, {"format": extension})


def read_csv(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


def test_an_export_holds_what_one_may_see_and_is_logged(form: MadeForm, people: DeskPeople) -> None:
    kept(form, ANNA | {"navn": '=HYPERLINK("https://elsewhere.example")'}, now=days_ago(1))
    kept(form, BO)

    response = export(people.exporter, form, "csv")
    rows = read_csv(response)
    everything = read_csv(export(people.all_rights, form, "csv"))

    today = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == (f'attachment; filename="skriv-til-os-{today}.csv"')
    assert "no-store" in response["Cache-Control"]
    assert rows[0][3:] == ["Navn", "CPR", "Farve"]
    assert [row[3:] for row in rows[1:]] == [
        ['\'=HYPERLINK("https://elsewhere.example")', "010203", "Rød"],
        ["Bo Bæk", "", ""],
    ]
    assert everything[0][3:] == ["Navn", "Kost", "CPR", "Farve"]
    entries = ModelLogEntry.objects.filter(action="kommed_forms.form.export").order_by("pk")
    assert [entry.user for entry in entries] == [people.exporter, people.all_rights]
    assert entries[0].data == {
        "form": str(form.key),
        "count": 2,
        "format": "csv",
        "searched": False,
        "special_categories": False,
        "from": "",
        "until": "",
        "suspicion": [],
    }


def test_what_is_shown_is_what_is_exported(form: MadeForm, people: DeskPeople) -> None:
    kept(form, ANNA)
    kept(form, BO, suspicion=Suspicion.HONEYPOT)

    searched = read_csv(export(people.exporter, form, "csv", "?q=anna"))
    filtered = read_csv(export(people.exporter, form, "csv", "?suspicion=honeypot"))
    by_what_is_hidden = read_csv(export(people.exporter, form, "csv", "?q=halal"))

    assert [row[3] for row in searched] == ["Navn", "Anna Ærø"]
    assert [row[3] for row in filtered] == ["Navn", "Bo Bæk"]
    assert by_what_is_hidden[1:] == []
    entries = ModelLogEntry.objects.filter(action="kommed_forms.form.export").order_by("pk")
    assert [entry.data["searched"] for entry in entries] == [True, False, True]
    assert [entry.data["suspicion"] for entry in entries] == [[], ["honeypot"], []]
    assert "anna" not in str([entry.data for entry in entries]).lower()


def test_the_button_exports_what_is_shown(form: MadeForm, people: DeskPeople) -> None:
    kept(form, ANNA)
    query = {"q": "anna", "ordering": "submitted_at", "p": "1", "_w_filter_fragment": "true"}

    page = log_in(people.exporter).get(at_desk("submissions_results", form.key), query)

    assert f'action="{at_desk("export", form.key)}?q=anna"' in page.content.decode()


def test_a_workbook_holds_text_alone(form: MadeForm, people: DeskPeople) -> None:
    page = form.reload()
    rows = list(page.questions.all())
    rows[0].label = "=1+1"
    page.questions = rows
    publish(page)
    kept(form, ANNA | {"navn": "=2+2"})

    content = b"".join(export(people.exporter, form, "xlsx").streaming_content)

    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {"=1+1", "=2+2"} <= {cell.value for cell in cells}


@pytest.mark.parametrize("extension", ["", "exe", "csv\r\nX-Evil: 1"])
def test_no_other_kind_of_file_is_written(
    form: MadeForm, people: DeskPeople, extension: str
) -> None:
    assert export(people.exporter, form, extension).status_code == 400
    assert not ModelLogEntry.objects.filter(action="kommed_forms.form.export").exists()


# Access


def test_rights_are_given_on_a_screen_of_their_own(form: MadeForm, people: DeskPeople) -> None:
    user = into_admin(UserFactory(username="ny"))
    client = log_in(people.admin)
    data = {"user": user.pk, "group": "", "form": str(form.key), "can_export": "on"}

    with translation.override("en"):
        assert client.post(reverse("formaccess:add"), data).status_code == 302
        both = client.post(reverse("formaccess:add"), data | {"user": ""})
        listed = client.get(reverse("formaccess:index"))

    row = FormAccess.objects.get(user=user)
    assert (row.form_key, row.can_export, row.can_delete) == (form.key, True, False)
    assert both.status_code == 200
    assert "Skriv til os" in listed.content.decode()
    assert log_in(user).get(at_desk("submissions", form.key)).status_code == 200


@pytest.mark.parametrize("name", ["all_rights", "editor", "nobody"])
def test_nobody_gives_rights_who_may_not(form: MadeForm, people: DeskPeople, name: str) -> None:
    client = log_in(getattr(people, name))
    row = FormAccess.objects.get(user=people.viewer)
    before = list(FormAccess.objects.order_by("pk").values())
    data = {"user": people.nobody.pk, "form": str(form.key), "can_delete": "on"}

    for url in (
        reverse("formaccess:index"),
        reverse("formaccess:add"),
        reverse("formaccess:edit", args=[row.pk]),
        reverse("formaccess:delete", args=[row.pk]),
    ):
        for response in (client.get(url), client.post(url, data)):
            assert (response.status_code, response["Location"]) == (302, "/admin/")

    assert list(FormAccess.objects.order_by("pk").values()) == before
