"""A form of its own: read, sent with everything kept, checked before it is sent, and closed."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from forms.locking import process_gate
from forms.models import FormVersion, Submission
from forms.protection.traces import opened_token
from tests.factories import (
    MadeEvent,
    MadeForm,
    MadeSite,
    copy_to_language,
    make_event,
    make_form,
    opened_a_while_ago,
    post_data,
    publish,
)
from tests.integration.events.visitor import Page, visit

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"label": "Navn", "field_type": "singleline", "required": True},
    {"label": "Om dig", "field_type": "section"},
    {"label": "Sted", "field_type": "radio", "choices": "By\nLand", "has_other": True},
    {"label": "Adresse", "field_type": "address"},
    {"label": "Besked", "field_type": "multiline"},
)
ANSWERS = {
    "navn": "Åse Bæk",
    "sted": "other",
    "sted__other": "På vandet",
    "adresse__street": "Vej 1",
    "adresse__postal_code": "9000",
    "adresse__city": "Aalborg",
    "besked": "Første\r\nAnden <b>",
}
KEPT = {**ANSWERS, "besked": "Første\nAnden <b>"}


@pytest.fixture
def made(site: MadeSite) -> MadeForm:
    return make_form(questions=QUESTIONS)


def send(made: MadeForm | MadeEvent, data: dict[str, Any], **more: Any) -> HttpResponse:
    """Send as a stranger who has had the page open for a while."""
    url = more.pop("url", made.page.get_url())
    sent = opened_a_while_ago(made.key) | data | more
    headers = {"Sec-Fetch-Site": "same-origin"}
    return Client(enforce_csrf_checks=True).post(url, sent, headers=headers)  # type: ignore[return-value]


def hidden(response: HttpResponse) -> list[tuple[str, str]]:
    """Return what the page would send without anything being typed, besides its own inputs."""
    fields = Page(response).all("input", type="hidden")
    pairs = [(str(field["name"]), str(field.get("value") or "")) for field in fields]
    return [(name, value) for name, value in pairs if not name.startswith("form_")]


def version_on(url: str) -> str:
    return str(Page(visit(url)).value_of("form_version"))


# Reading and sending


def test_the_page_sets_no_cookie_and_may_be_cached_and_its_answer_may_not(made: MadeForm) -> None:
    read, sent = visit(made.url), send(made, {})

    assert (read.status_code, sent.status_code) == (200, 422)
    assert not read.cookies
    assert not sent.cookies
    assert "no-store" not in read.get("Cache-Control", "")
    assert "no-store" in sent["Cache-Control"]
    assert "cookie" not in read.get("Vary", "").lower()
    assert b"csrfmiddlewaretoken" not in read.content


def test_what_is_sent_is_kept_and_the_receipt_says_nothing_of_it(made: MadeForm) -> None:
    response = send(made, ANSWERS, form_version=version_on(made.url))

    assert (response.status_code, response["Location"]) == (303, f"{made.url}kvittering/")
    submission = Submission.objects.get()
    assert submission.answers == KEPT
    assert (submission.form_record, submission.suspicion) == (made.record, "")
    receipt = visit(response["Location"])
    assert receipt.status_code == 200
    assert "Bæk" not in receipt.content.decode()
    assert not receipt.cookies


def on_a_page(made: MadeForm, *, script: str = "") -> dict[str, str]:
    """Return what a page sends along that is loaded once; ``script`` is what form.js made up."""
    return opened_a_while_ago(made.key) | ({"form_sending": script} if script else {})


@pytest.mark.parametrize("script", ["", "5f3-a1-77-0"])
def test_two_clicks_are_one_submission(made: MadeForm, script: str) -> None:
    page = on_a_page(made, script=script)
    answers = [send(made, ANSWERS, **page) for _time in range(2)]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (303, f"{made.url}kvittering/")
    }
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("has_script", [True, False])
def test_ten_who_answer_the_same_are_ten_submissions(site: MadeSite, has_script: bool) -> None:
    made = make_form(questions=[{"label": "Vej", "field_type": "radio", "choices": "Ja\nNej"}])
    cached = on_a_page(made)  # the same copy of the page for everybody
    networks = [f"192.0.2.{number}" for number in range(10)]

    for network in networks:
        script = {"form_sending": f"page {network}"} if has_script else {}
        sender = Client(REMOTE_ADDR="192.0.2.1" if has_script else network)
        assert sender.post(made.url, cached | script | {"vej": "ja"}).status_code == 303

    assert Submission.objects.count() == 10
    assert len(set(Submission.objects.values_list("fingerprint", flat=True))) == 10


def test_without_a_script_the_same_once_more_is_a_repeat_for_half_a_minute(site: MadeSite) -> None:
    made = make_form(questions=[{"label": "Vej", "field_type": "radio", "choices": "Ja\nNej"}])
    page = {"vej": "ja"} | on_a_page(made)
    earlier = F("submitted_at") - dt.timedelta(seconds=15)
    counts = []

    for _time in range(3):
        assert send(made, page).status_code == 303
        counts.append(Submission.objects.count())
        Submission.objects.update(submitted_at=earlier)
    send(made, page | {"form_opened": opened_token(made.key, at=time.time() - 600)})

    assert (counts, Submission.objects.count()) == ([1, 1, 2], 3)


def test_what_the_script_made_up_is_stored_only_as_part_of_a_hash(made: MadeForm) -> None:
    made_up = {"form_sending": "5f3-a1-77-0"}
    send(made, ANSWERS, **made_up)
    send(made, ANSWERS, form_sending="5f3-a1-77-0" * 100)

    kept = Submission.objects.order_by("pk")
    assert [row.answers for row in kept] == [KEPT, KEPT]
    assert {len(row.fingerprint) for row in kept} == {64}


def test_what_is_missing_is_said_and_everything_typed_comes_back(made: MadeForm) -> None:
    response = send(made, ANSWERS | {"navn": "", "sted__other": ""})

    page = Page(response)
    assert response.status_code == 422
    with translation.override("da"):
        assert page.titles[0].startswith(gettext("Error:"))
    links = [a["href"] for a in page.all("a") if str(a.get("href")).startswith("#id_")]
    assert links == ["#id_navn", "#id_sted__other"]
    assert page.value_of("adresse__city") == "Aalborg"
    assert "Anden &lt;b&gt;</textarea>" in response.content.decode()
    assert Submission.objects.count() == 0


def test_a_page_in_another_language_asks_and_answers_in_it(made: MadeForm, site: MadeSite) -> None:
    english = copy_to_language(made.page, site.english, title="Contact")
    rows = list(english.questions.all())
    rows[0].label = "Name"
    english.questions = rows
    publish(english)

    response = send(made, ANSWERS, url=english.get_url())

    assert response["Location"] == f"{english.get_url()}kvittering/"
    version = Submission.objects.get().form_version
    assert (version.language, version.specs[0].label) == ("en", "Name")
    assert Submission.objects.get().form_record == made.record


def test_an_alias_is_its_source(made: MadeForm, site: MadeSite) -> None:
    alias = made.page.create_alias(parent=site.home, update_slug="alias")

    assert send(made, ANSWERS, url=alias.get_url()).status_code == 303
    assert Submission.objects.get().form_record == made.record


def test_a_form_that_has_changed_meanwhile_says_so_and_keeps_what_was_typed(
    made: MadeForm,
) -> None:
    old = version_on(made.url)
    page = made.reload()
    rows = list(page.questions.all())
    rows[0].label = "Fulde navn"
    page.questions = rows
    publish(page)

    response = send(made, ANSWERS, form_version=old)

    assert response.status_code == 422
    assert response.context["form_changed"] is True
    assert Page(response).value_of("navn") == "Åse Bæk"
    assert Page(response).value_of("form_version") == version_on(made.url) != old
    assert Submission.objects.count() == 0
    assert send(made, ANSWERS, form_version=version_on(made.url)).status_code == 303


@pytest.fixture
def _no_place_to_wait(settings: Any) -> Iterator[None]:
    """Everybody who may wait for a lock in this process does."""
    settings.LOCK_WAIT = 0.1
    entered = 0
    while process_gate.enter(0.1):
        entered += 1
    assert entered > 0
    yield
    for _ in range(entered):
        process_gate.leave()


@pytest.mark.usefixtures("_no_place_to_wait")
@pytest.mark.parametrize("check_answers", [False, True])
def test_when_the_site_is_busy_nothing_typed_is_lost(site: MadeSite, check_answers: bool) -> None:
    made = make_form(questions=QUESTIONS, check_answers=check_answers)

    response = send(made, ANSWERS, form_step="send")

    assert (response.status_code, response["Retry-After"]) == (503, "3")
    assert Page(response).value_of("adresse__street") == "Vej 1"
    assert Page(response).value_of("sted__other") == "På vandet"
    assert "Anden &lt;b&gt;</textarea>" in response.content.decode()


@pytest.mark.parametrize("wrong", [{}, {"navn": ""}])
def test_a_form_that_is_not_open_takes_nothing(site: MadeSite, wrong: dict[str, str]) -> None:
    early = make_form(questions=QUESTIONS, opens_at=timezone.now() + DAY)
    late = make_form(questions=QUESTIONS, closes_at=timezone.now() - DAY)

    for made in (early, late):
        page = visit(made.url)
        assert (page.status_code, page.context["form"]) == (200, None)
        assert send(made, ANSWERS | wrong).status_code == 409
    assert Submission.objects.count() == 0


def test_what_was_complete_when_the_form_closed_is_in_time(site: MadeSite) -> None:
    made = make_form(questions=QUESTIONS, closes_at=timezone.now() - dt.timedelta(seconds=5))

    assert visit(made.url).context["form"] is None
    assert send(made, ANSWERS).status_code == 303


def test_the_page_that_steers_says_when_for_all_languages(made: MadeForm, site: MadeSite) -> None:
    english = publish(copy_to_language(made.page, site.english, title="Contact"))
    page = made.reload()
    page.closes_at = timezone.now() - DAY
    publish(page)

    assert visit(english.get_url()).context["form"] is None


@pytest.mark.parametrize(("path", "allow"), [("", "GET, HEAD, POST"), ("kvittering/", "GET, HEAD")])
def test_only_reading_and_sending_is_allowed(made: MadeForm, path: str, allow: str) -> None:
    response = Client().put(f"{made.url}{path}")

    assert (response.status_code, response["Allow"]) == (405, allow)


# Places


def test_the_last_place_goes_once_also_to_who_sends_twice(site: MadeSite) -> None:
    choices = [{"key": "a", "label": "Alfa", "places": 1}, {"key": "b", "label": "Beta"}]
    made = make_form(questions=[{"label": "Valg", "field_type": "radio", "choices": choices}])
    assert visit(made.url).context["places_left"] == {"valg": {"a": 1}}
    page = on_a_page(made)
    assert send(made, {"valg": "a"}, **page).status_code == 303

    assert send(made, {"valg": "a"}, **page).status_code == 303  # the same once more
    assert send(made, {"valg": "b"}).status_code == 303
    assert Submission.objects.count() == 2
    assert visit(made.url).context["places_left"] == {"valg": {"a": 0}}


def test_a_full_choice_is_an_error_of_its_question(site: MadeSite) -> None:
    choices = [{"key": "a", "label": "Alfa", "places": 1}, {"key": "b", "label": "Beta"}]
    rows = [
        {"label": "Navn", "field_type": "singleline"},
        {"label": "Valg", "field_type": "radio", "choices": choices},
    ]
    made = make_form(questions=rows)
    assert send(made, {"navn": "Ida", "valg": "a"}).status_code == 303

    response = send(made, {"navn": "Bo", "valg": "a"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["valg"])
    page = Page(response)
    assert page.value_of("navn") == "Bo"
    # The link leads to what can be chosen, and what is full is not.
    assert [a["href"] for a in page.all("a") if "#id_" in str(a.get("href"))] == ["#id_valg_1"]
    full, _free = page.all("input", name="valg")
    assert ("disabled" in full, "checked" in full) == (True, False)


def test_a_full_choice_on_an_event_is_an_error_of_its_question(site: MadeSite) -> None:
    choices = [{"key": "a", "label": "Alfa", "places": 1}, {"key": "b", "label": "Beta"}]
    made = make_event(questions=[{"label": "Valg", "field_type": "radio", "choices": choices}])
    assert send(made, post_data(made, valg="a")).status_code == 303

    response = send(made, post_data(made, name="Bo", valg="a"))

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["valg"])
    assert Page(response).value_of("name") == "Bo"


# Checking before sending


def in_the_list(response: HttpResponse) -> str:
    """Return the words of the list of answers."""
    html = response.content.decode()
    found = re.search(r'<form class="km-form km-check".*?</form>', html, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


@pytest.fixture
def checked(site: MadeSite) -> MadeForm:
    return make_form(questions=QUESTIONS, check_answers=True)


def test_answers_are_shown_before_anything_is_sent(checked: MadeForm) -> None:
    response = send(checked, ANSWERS)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert Submission.objects.count() == 0
    assert sorted(hidden(response)) == sorted(ANSWERS.items())
    words = in_the_list(response)
    assert "Navn Åse Bæk" in words
    assert "På vandet" in words
    assert "Vej 1 9000 Aalborg" in words
    assert "Første Anden &lt;b&gt;" in words


def test_the_way_back_keeps_everything_and_leads_to_the_question(checked: MadeForm) -> None:
    shown = send(checked, ANSWERS)
    targets = [b["formaction"] for b in Page(shown).all("button", value="change")]
    assert targets == ["#id_navn", "#id_sted_0", "#id_adresse__street", "#id_besked"]

    response = send(checked, dict(hidden(shown)), form_step="change")

    page = Page(response)
    assert response.status_code == 200
    identifiers = {attributes.get("id") for _tag, attributes in page.elements}
    assert {target[1:] for target in targets if target} <= identifiers
    assert page.value_of("navn") == "Åse Bæk"
    assert [r["value"] for r in page.all("input", name="sted") if "checked" in r] == ["other"]
    assert Submission.objects.count() == 0


def test_a_check_that_is_sent_twice_is_one_submission(checked: MadeForm) -> None:
    shown = send(checked, ANSWERS, form_sending="5f3-a1-77-0")
    fields = Page(shown).all("input", type="hidden")
    carried = {str(field["name"]): str(field.get("value") or "") for field in fields}
    assert carried["form_sending"] == "5f3-a1-77-0"

    for _time in range(2):
        assert send(checked, carried, form_step="send").status_code == 303

    assert Submission.objects.count() == 1


def test_what_was_checked_is_sent_and_judged_once_more(checked: MadeForm) -> None:
    fields = dict(hidden(send(checked, ANSWERS)))

    assert send(checked, fields | {"navn": ""}, form_step="send").status_code == 422
    assert Submission.objects.count() == 0
    assert send(checked, fields, form_step="send").status_code == 303
    assert Submission.objects.get().answers == KEPT


@pytest.mark.parametrize("step", ["", "confirmed", "SEND", "\x00"])
def test_no_other_word_passes_by_the_check(checked: MadeForm, step: str) -> None:
    assert send(checked, ANSWERS, form_step=step).status_code == 200
    assert Submission.objects.count() == 0


def test_what_is_not_asked_is_not_listed_and_not_lost(site: MadeSite) -> None:
    made = make_form(
        check_answers=True,
        questions=[
            {"label": "Med", "field_type": "checkbox"},
            {
                "label": "Hvad",
                "field_type": "singleline",
                "conditions": {"rules": []},
            },
        ],
    )
    page = made.reload()
    first, second = page.questions.all()
    rule = {"question": str(first.row_key), "operator": "is", "value": "yes"}
    second.conditions = {"rules": [rule]}
    page.questions = [first, second]
    publish(page)

    response = send(made, {"hvad": "Skrevet"})

    assert "Skrevet" not in in_the_list(response)
    assert ("hvad", "Skrevet") in hidden(response)
    assert send(made, dict(hidden(response)), form_step="send").status_code == 303
    assert Submission.objects.get().answers == {"med": False}


def test_an_event_too_lets_people_check_their_answers(site: MadeSite) -> None:
    made = make_event(check_answers=True)
    data = post_data(made, name="Åse Bæk")

    shown = send(made, data)
    assert (shown.status_code, Submission.objects.count()) == (200, 0)
    assert "Åse Bæk" in in_the_list(shown)
    back = send(made, dict(hidden(shown)), form_step="change")
    assert Page(back).value_of("name") == "Åse Bæk"
    assert send(made, dict(hidden(shown)), form_step="send").status_code == 303
    assert Submission.objects.get().answers["name"] == "Åse Bæk"
    assert FormVersion.objects.count() == 1


# Previews


@pytest.mark.parametrize("mode", ["form", "check", "receipt", "closed"])
def test_every_preview_shows_the_draft_and_writes_nothing(made: MadeForm, mode: str) -> None:
    page = made.reload()
    page.title = "Kladde"

    response = page.make_preview_request(preview_mode=mode)

    assert response.status_code == 200
    assert "Kladde" in response.content.decode()
    assert (Submission.objects.count(), FormVersion.objects.count()) == (0, 0)
    assert made.record.title != "Kladde"
