"""Turning the demo's words into the blocks of a page's body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .media import Shelf
from .shapes import (
    BlockWords,
    CallWords,
    DocumentWords,
    FactBoxWords,
    OutcomeWords,
    QuoteWords,
    ReadingWords,
    StepsWords,
    TextWords,
)

Block = tuple[str, dict[str, Any]]


def body_of(
    words: Sequence[BlockWords], *, shelf: Shelf, plain_pages: Mapping[str, Any]
) -> list[Block]:
    """Return a body as a ``StreamField`` takes it; ``plain_pages`` are those of the language."""
    return [_block(item, shelf, plain_pages) for item in words]


def _block(item: BlockWords, shelf: Shelf, plain_pages: Mapping[str, Any]) -> Block:
    match item:
        case DocumentWords(text, title, file):
            document = shelf.document(file, title=title)
            block = "document_link", {"document": document, "text": text}
        case ReadingWords(text, page):
            block = "further_reading", {"text": text, "page": plain_pages[page], "url": ""}
        case QuoteWords():
            portrait = shelf.image(item.portrait)
            block = "quote", {**asdict(item), "portrait": portrait}
        case StepsWords(heading, steps):
            rows = [{"title": title, "text": text} for title, text in steps]
            block = "steps", {"heading": heading, "steps": rows}
        case OutcomeWords(heading, html, results):
            block = "outcome", {"heading": heading, "text": html, "results": list(results)}
        case CallWords():
            block = "call_to_register", asdict(item)
        case TextWords(heading, html) | FactBoxWords(heading, html):
            name = "text" if isinstance(item, TextWords) else "fact_box"
            block = name, {"heading": heading, "text": html}
    return block
