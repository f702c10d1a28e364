"""Every kind of mail has a sample, and reads well with all there is and with next to nothing."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import override_settings

from docs.mail_samples import (
    LANGUAGES,
    bare_message,
    kinds_without_sample,
    sample_message,
    shown_kinds,
)
from forms.mail.kinds import MessageKind, register_kind
from forms.mail.kinds import _kinds as known_kinds
from forms.mail.render import RenderedMail, render_message

MISSING = "⛔"
LEFTOVERS = re.compile(r"None|\{|\}|\[\]|“”|»«|\(\)|&lt;|&amp;amp;|" + MISSING)
RESOURCE_TAGS = {"script", "img", "link", "iframe", "object", "embed", "form", "svg", "video"}

EVERY = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def missing_is_marked(settings: Any) -> Iterator[None]:
    """Have templates write a mark where they ask for what a context does not have."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = MISSING
    with override_settings(TEMPLATES=templates):
        yield


class Tags(HTMLParser):
    """What of a mail's HTML would be fetched from elsewhere, or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = str(given.get("lang"))
        if tag in RESOURCE_TAGS or "src" in given or any(name.startswith("on") for name in given):
            self.found.append(tag)
        if tag == "a" and not re.match(r"https?://|mailto:|tel:", str(given.get("href"))):
            self.found.append(f"a {given.get('href')}")


def read(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def test_every_kind_has_a_sample() -> None:
    assert kinds_without_sample() == []
    assert len(shown_kinds()) > 20


def test_a_new_kind_without_a_sample_would_be_noticed() -> None:
    register_kind(MessageKind(name="brand_new", template="x", label="New"))
    try:
        assert kinds_without_sample() == ["brand_new"]
    finally:
        del known_kinds["brand_new"]


@EVERY
def test_every_kind_reads_well_with_all_there_is(language: str, missing_is_marked: None) -> None:
    for kind in shown_kinds():
        check(kind, render_message(sample_message(kind, language), with_links=False), language)


@EVERY
def test_every_kind_reads_well_with_next_to_nothing(language: str, missing_is_marked: None) -> None:
    for kind in shown_kinds():
        check(kind, render_message(bare_message(kind, language), with_links=False), language)


def check(kind: MessageKind, mail: RenderedMail, language: str) -> None:
    tags = read(mail.html)
    assert tags.language == language, kind.name
    assert tags.found == [], kind.name
    assert "url(" not in mail.html, kind.name
    assert "@import" not in mail.html, kind.name
    assert mail.subject, kind.name
    for words in (mail.subject, mail.text, visible(mail.html)):
        assert LEFTOVERS.findall(words) == [], (kind.name, words)
    assert "\n\n\n" not in mail.text, (kind.name, mail.text)
    assert len(mail.text.split()) > 10, kind.name


def visible(html: str) -> str:
    """Return what is read of a mail: without the style sheet in its head."""
    return re.sub(r"(?s)<style.*?</style>|<!--.*?-->", "", html)


@EVERY
def test_no_two_kinds_have_the_same_subject(language: str) -> None:
    subjects = [
        render_message(sample_message(kind, language), with_links=False).subject
        for kind in shown_kinds()
    ]

    twice = {subject for subject in subjects if subjects.count(subject) > 1}
    assert len(twice) <= 1, twice
