"""Forms in several languages: words differ, keys, limits and conditions do not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from events.models import EventAudience, EventPage, EventSession
from events.models.event_page_form import (
    STEERING_AUDIENCE_FIELDS,
    STEERING_SESSION_FIELDS,
)
from events.models.event_page_form import STEERING_FIELDS as EVENT_STEERING_FIELDS
from events.queries.form import event_form, question_specs
from forms.actions.submit import keep_form_version, store_submission
from forms.builder import build_form_class, form_from_json
from forms.fields import ChoicesField
from forms.models import AbstractQuestion, Submission
from forms.models.question import SAME_IN_EVERY_LANGUAGE
from forms.models.question_lock import STEERING_FIELDS
from tests.factories import AudienceSpec, MadeSite, copy_to_language, make_event, publish
from tests.factories.forms import make_form

ROOT = Path(__file__).resolve().parents[3]
DIET: dict[str, Any] = {
    "label": "Kost",
    "field_type": "radio",
    "choices": "Vegansk\nAlt",
    "has_other": True,
}


def follow_up(row_key: Any, **fields: Any) -> dict[str, Any]:
    """Return a question that is asked of vegans."""
    rule = {"question": str(row_key), "operator": "is", "value": "vegansk"}
    return {
        "label": "Hvilken slags?",
        "field_type": "singleline",
        "conditions": {"join": "all", "rules": [rule]},
    } | fields


def with_follow_up(page: Any) -> Any:
    """Publish ``page`` with a second question that looks at its first."""
    rows = list(page.questions.all())
    model = type(rows[0])
    page.questions = [*rows, model(sort_order=1, locale=page.locale, **follow_up(rows[0].row_key))]
    return publish(page)


def identities(page: Any) -> list[tuple[Any, ...]]:
    """Return what must be the same in every language, of each question."""
    return [
        (row.key, row.row_key, row.translation_key, row.conditions, _choice_keys(row))
        for row in page.questions.order_by("sort_order")
    ]


def _choice_keys(row: AbstractQuestion) -> list[str]:
    return [choice["key"] for choice in row.choices]


def in_english(page: Any, site: MadeSite) -> Any:
    """Return ``page`` copied the way Wagtail does, translated by hand, published."""
    copy = copy_to_language(page, site.english)
    rows = list(copy.questions.order_by("sort_order"))
    rows[0].label, rows[1].label = "Diet", "Of which kind?"
    rows[0].choices = [
        {**choice, "label": label}
        for choice, label in zip(rows[0].choices, ("Vegan", "Anything"), strict=True)
    ]
    copy.questions = rows
    return publish(copy)


# Wagtail's own translation


def test_a_translated_form_keeps_keys_and_conditions(site: MadeSite) -> None:
    danish = with_follow_up(make_form(questions=[DIET]).page)

    english = in_english(danish, site)

    assert identities(english) == identities(danish)
    assert [(spec.label, dict(spec.choices)) for spec in english.question_specs()] == [
        ("Diet", {"vegansk": "Vegan", "alt": "Anything"}),
        ("Of which kind?", {}),
    ]


def test_a_translated_event_keeps_keys_and_conditions(site: MadeSite) -> None:
    danish = with_follow_up(make_event(questions=[DIET]).page)

    english = in_english(danish, site)

    assert identities(english) == identities(danish)
    assert question_specs(english)[-1].conditions == question_specs(danish)[-1].conditions


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"kost": "vegansk", "hvilken_slags": "Raw"}, {"kost": "vegansk", "hvilken_slags": "Raw"}),
        ({"kost": "alt", "hvilken_slags": "Raw"}, {"kost": "alt"}),
    ],
)
def test_answers_of_both_languages_are_kept_under_the_same_keys(
    site: MadeSite, sent: dict[str, str], kept: dict[str, str]
) -> None:
    danish = with_follow_up(make_form(questions=[DIET]).page)
    english = in_english(danish, site)

    for page in (danish, english):
        specs = page.question_specs()
        form = form_from_json(build_form_class(specs), sent)
        assert form.is_valid(), form.errors
        version = keep_form_version(
            form_key=page.form_key, language=page.locale.language_code, specs=specs
        )
        store_submission(form_version=version, answers=form.answers(), at=timezone.now())

    stored = Submission.objects.order_by("pk").values_list("form_version__language", "answers")
    assert list(stored) == [("da", kept), ("en", kept)]


def test_conditions_on_sessions_and_audiences_hold_in_the_translation(site: MadeSite) -> None:
    made = make_event(audiences=[AudienceSpec("Politiker")], questions=[DIET])
    page = made.page
    aalborg = page.event_sessions.get(name="Aalborg")
    politician = page.audiences.get()
    question = page.questions.get()
    question.conditions = {
        "join": "all",
        "rules": [
            {"question": "event_session", "operator": "is", "value": str(aalborg.row_key)},
            {"question": "audience", "operator": "is", "value": str(politician.row_key)},
        ],
    }
    page.questions = [question]
    english = publish(copy_to_language(publish(page), site.english))

    form_class = event_form(english).form_class()
    for session, is_asked in (("Aalborg", True), ("København", False)):
        form = form_from_json(
            form_class,
            {
                "event_session": str(made.session_key(session)),
                "audience": str(made.audience_key("Politiker")),
                "name": "Ida",
                "email": "ida@example.dk",
                "kost": "alt",
            },
        )
        assert form.is_valid(), form.errors
        assert ("kost" in form.answers()) is is_asked


# wagtail-localize


@pytest.fixture(scope="module")
def localized() -> dict[str, Any]:
    """Return what became of a page in a site of its own that has wagtail-localize."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.forms.localized"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_translators_are_offered_the_words_and_nothing_else(localized: dict[str, Any]) -> None:
    segments = localized["segments"]
    assert segments["strings"] == [
        ["questions.kost.label", "Kost"],
        ["questions.kost.help_text", "Det, du får"],
        ["questions.kost.choices.vegansk", "Vegansk"],
        ["questions.kost.choices.uden_fisk", "Uden &lt;fisk&gt;"],
        ["questions.kost.purpose", "Frokosten"],
        ["questions.hvilken_allergi.label", "Hvilken allergi?"],
        ["questions.hvilken_allergi.error_text", "Sig det her."],
        ["questions.film.label", "Film"],
        ["questions.film.statement", "Vi må &lt;b&gt;filme&lt;/b&gt;"],
        ["questions.kilde.label", "Kilde"],
        ["questions.antal.label", "Antal"],
    ]
    assert segments["overridable"] == []
    assert segments["page"] == ["slug", "title"]


def test_a_translation_has_its_own_words_under_the_same_keys(localized: dict[str, Any]) -> None:
    danish, english = localized["danish"], localized["english"]

    assert [row["kept"] for row in english] == [row["kept"] for row in danish]
    assert [row["locale"] for row in english] == ["en"] * 5
    assert english[0]["choices"] == [
        {"key": "vegansk", "label": "Vegan", "places": 3},
        {"key": "uden_fisk", "label": "Without <fish>", "places": None},
    ]
    assert [row["texts"] for row in english] == [
        ["Diet", "What you get", "", "", "The lunch"],
        ["Which allergy?", "", "Say it here.", "", ""],
        ["Filming", "", "", "We may <b>film</b>", ""],
        ["Kilde", "", "", "", ""],
        ["Antal", "", "", "", ""],
    ]


def test_conditions_are_judged_alike_in_both_languages(localized: dict[str, Any]) -> None:
    danish, english = localized["conditions"]
    assert [rule[:2] for rule in danish] == [
        ["hvilken_allergi", "kost"],
        ["hvilken_allergi", "event_session"],
        ["hvilken_allergi", "audience"],
    ]
    assert english == danish


def test_a_changed_source_changes_the_translation_but_no_key(localized: dict[str, Any]) -> None:
    danish, english = localized["danish_later"], localized["english_later"]

    keys = ["kost", "hvilken_allergi", "film", "kilde", "mere"]
    assert [row["kept"]["clean_name"] for row in english] == keys
    assert [row["kept"] for row in english] == [row["kept"] for row in danish]
    assert [row["kept"] for row in english[:4]] == [row["kept"] for row in localized["danish"][:4]]
    assert english[0]["choices"] == [
        {"key": "vegansk", "label": "Plants", "places": 3},
        {"key": "uden_fisk", "label": "Without <fish>", "places": None},
    ]
    assert english[4]["texts"] == ["More", "", "", "", ""]


def test_ready_questions_translate_and_lose_their_choices_with_the_source(
    localized: dict[str, Any],
) -> None:
    choices = [
        {"key": "vegansk", "label": "Vegan", "places": None},
        {"key": "alt", "label": "Alt", "places": None},
    ]
    assert localized["library"] == [["Diet", "kost", choices], []]


def test_a_translator_cannot_remove_a_choice_by_leaving_it_blank() -> None:
    from wagtail_localize.segments import StringSegmentValue

    restored = ChoicesField().restore_translated_segments(
        "Vegansk\nAlt", [StringSegmentValue("vegansk", " "), StringSegmentValue("alt", "Any & all")]
    )

    assert [(choice["key"], choice["label"]) for choice in restored] == [
        ("vegansk", "Vegansk"),
        ("alt", "Any & all"),
    ]


def test_every_field_of_a_question_is_either_words_or_the_same_everywhere() -> None:
    words = {"label", "help_text", "statement", "error_text", "purpose", "choices"}
    plumbing = {"id", "sort_order", "page", "locale", "translation_key"}
    for model in apps.get_models():
        if issubclass(model, AbstractQuestion):
            fields = {f.name for f in model._meta.get_fields() if isinstance(f, models.Field)}
            assert fields - plumbing == words | set(SAME_IN_EVERY_LANGUAGE)


def test_what_the_editor_locks_in_a_translation_is_what_translators_are_not_offered() -> None:
    assert {*STEERING_FIELDS, "clean_name", "row_key"} == set(SAME_IN_EVERY_LANGUAGE)


WITHOUT_THE_PACKAGE = """
import sys
sys.modules["wagtail_localize"] = sys.modules["wagtail_localize.fields"] = None
import django
django.setup()
from events.models import EventPage, EventQuestion
from forms.models import FormQuestion
print([m.override_translatable_fields for m in (EventPage, EventQuestion, FormQuestion)])
"""


def test_forms_work_without_the_package() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_PACKAGE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("[(), (), ()]", 0), done.stderr


def test_what_steers_an_event_is_the_same_in_every_language() -> None:
    def same(model: Any) -> set[str]:
        return {field.field_name for field in model.override_translatable_fields}

    assert same(EventPage) == set(EVENT_STEERING_FIELDS)
    assert same(EventSession) == {*STEERING_SESSION_FIELDS, "row_key"}
    assert same(EventAudience) == {*STEERING_AUDIENCE_FIELDS, "row_key"}
