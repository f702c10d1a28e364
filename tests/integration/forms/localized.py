"""A page translated with wagtail-localize, told as JSON; run by ``test_translation`` on its own.

The package has tables and hooks of its own, so that it is tried in a process of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from html import escape
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.integration.forms.localize_settings"

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import (
    StringTranslation,
    TranslationContext,
    TranslationSource,
)

from events.models import EventAudience, EventPage, EventQuestion, EventSession
from events.queries.form import question_specs
from forms.models import ReadyQuestion

WORDS = {
    "Kost": "Diet",
    "Vegansk": "Vegan",
    "Det, du får": "What you get",
    "Frokosten": "The lunch",
    "Hvilken allergi?": "Which allergy?",
    "Sig det her.": "Say it here.",
    "Uden <fisk>": "Without <fish>",
    "Vi må <b>filme</b>": "We may <b>film</b>",
    "Film": "Filming",
    "Plantekost": "Plants",
    "Mere": "More",
}
KEPT = ("clean_name", "field_type", "row_key", "conditions", "pattern", "default_value")


def make_page() -> EventPage:
    """Publish a page with questions of every kind that has texts."""
    danish = Locale.objects.create(language_code="da")
    home = Page.add_root(instance=Page(title="Rod", slug="rod", locale=danish))
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    now = timezone.now()
    page = EventPage(
        title="Værksted",
        slug="vaerksted",
        locale=danish,
        starts_at=now + dt.timedelta(days=9),
        ends_at=now + dt.timedelta(days=10),
        live=False,
    )
    session = EventSession(name="Aalborg", locale=danish)
    audience = EventAudience(name="Politiker", locale=danish)
    diet = EventQuestion(
        label="Kost",
        help_text="Det, du får",
        field_type="radio",
        purpose="Frokosten",
        choices=[
            {"key": "vegansk", "label": "Vegansk", "places": 3},
            {"key": "uden_fisk", "label": "Uden <fisk>", "places": None},
        ],
        has_other=True,
    )
    allergy = EventQuestion(
        label="Hvilken allergi?",
        error_text="Sig det her.",
        purpose="",
        pattern="letters",
        min_length=2,
        autocomplete="organization-title",
        conditions=_only_if(
            (diet.row_key, "vegansk"),
            ("event_session", session.row_key),
            ("audience", audience.row_key),
        ),
    )
    consent = EventQuestion(
        label="Film", field_type="consent", statement="Vi må <b>filme</b>", purpose=""
    )
    hidden = EventQuestion(label="Kilde", field_type="hidden", default_value="dansk", purpose="")
    number = EventQuestion(
        label="Antal", field_type="number", min_value="1", max_value="9", purpose=""
    )
    page.event_sessions, page.audiences = [session], [audience]
    page.questions = [diet, allergy, consent, hidden, number]
    for order, question in enumerate(page.questions.all()):
        question.locale, question.sort_order = danish, order
    home.add_child(instance=page)
    page.save_revision().publish()
    return EventPage.objects.get(pk=page.pk)


def _only_if(*rules: tuple[Any, str]) -> dict[str, Any]:
    return {
        "join": "all",
        "rules": [
            {"question": str(row), "operator": "is", "value": str(value)} for row, value in rules
        ],
    }


def segments_of(source: TranslationSource, rows: dict[str, str]) -> dict[str, list[Any]]:
    """Return what translators are offered of the questions: path and text."""
    found: dict[str, list[Any]] = {"strings": [], "overridable": []}
    for segment in source.stringsegment_set.select_related("context", "string").order_by("order"):
        found["strings"].append([named(segment.context.path, rows), segment.string.data])
    for segment in source.overridablesegment_set.select_related("context").order_by("order"):
        found["overridable"].append(named(segment.context.path, rows))
    for kind, items in found.items():
        found[kind] = [item for item in items if str(item).lstrip("['").startswith("questions")]
    found["page"] = sorted(
        path
        for path in source.stringsegment_set.values_list("context__path", flat=True)
        if "." not in path
    )
    return found


def named(path: str, rows: dict[str, str]) -> str:
    """Return ``path`` with the keys of questions in place of their translation keys."""
    parts = [rows.get(part, part) for part in path.split(".")]
    return ".".join(parts)


def translate(source: TranslationSource, locale: Locale) -> None:
    """Give every text that ``WORDS`` knows its translation, as a translator would."""
    words = {
        escape(danish, quote=False): escape(text, quote=False) for danish, text in WORDS.items()
    }
    for segment in source.stringsegment_set.select_related("context", "string"):
        english = words.get(segment.string.data)
        if english is not None:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                locale=locale,
                context=TranslationContext.objects.get(pk=segment.context_id),
                defaults={"data": english},
            )


def told(page: EventPage) -> list[dict[str, Any]]:
    """Return the rows of ``page`` and what they ask."""
    rows = list(page.questions.order_by("sort_order"))
    return [
        {
            "kept": {name: str(getattr(row, name)) for name in KEPT},
            "choices": row.choices,
            "texts": [row.label, row.help_text, row.error_text, row.statement, row.purpose],
            "locale": row.locale.language_code,
        }
        for row in rows
    ]


def conditions(page: EventPage) -> list[list[str]]:
    """Return every condition of the form of ``page``, as it is judged."""
    return [
        [spec.key, rule.question, rule.value]
        for spec in question_specs(page)
        for rule in spec.conditions
    ]


def publish_translation(source: TranslationSource, english: Locale) -> EventPage:
    """Make or renew the English page."""
    translate(source, english)
    source.create_or_update_translation(english, copy_parent_pages=True, fallback=True)
    return EventPage.objects.get(locale=english)


def main() -> dict[str, Any]:
    """Translate a page, change it, and translate it again."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    page = make_page()
    english = Locale.objects.create(language_code="en")
    rows = {str(row.translation_key): row.clean_name for row in page.questions.all()}
    source, _created = TranslationSource.update_or_create_from_instance(page)
    report: dict[str, Any] = {"segments": segments_of(source, rows), "danish": told(page)}
    translated = publish_translation(source, english)
    report |= {
        "english": told(translated),
        "conditions": [conditions(page), conditions(translated)],
    }

    rows_now = list(page.questions.order_by("sort_order"))
    rows_now[0].choices = [
        {**rows_now[0].choices[0], "label": "Plantekost"},
        rows_now[0].choices[1],
    ]
    rows_now[4:] = []
    rows_now.append(
        EventQuestion(label="Mere", purpose="", locale=page.locale, sort_order=len(rows_now))
    )
    page.questions = rows_now
    page.save_revision().publish()
    page = EventPage.objects.get(pk=page.pk)
    source.update_from_db()
    translated = publish_translation(source, english)
    report |= {"danish_later": told(page), "english_later": told(translated)}
    report["library"] = translate_ready_question(english)
    return report


def translate_ready_question(english: Locale) -> list[Any]:
    """Translate a question of the library, then take its choices away."""
    question = ReadyQuestion.objects.create(
        label="Kost", field_type="radio", purpose="", choices="Vegansk\nAlt", locale_id=1
    )
    source, _created = TranslationSource.update_or_create_from_instance(question)
    translate(source, english)
    translation, _created = source.create_or_update_translation(english, fallback=True)
    first = [translation.label, translation.key, translation.choices]
    question.choices = []
    question.save()
    source.update_from_db()
    translation, _created = source.create_or_update_translation(english, fallback=True)
    translation.refresh_from_db()
    return [first, translation.choices]


if __name__ == "__main__":
    print(json.dumps(main()))
