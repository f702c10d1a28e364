"""Visiting the public pages with Django's client, which keeps no cookie that nobody set."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.factories import MadeEvent, post_data

URLENCODED = "application/x-www-form-urlencoded"


def visit(url: str, **headers: str) -> HttpResponse:
    """Read a page as a stranger."""
    return Client().get(url, headers=headers)  # type: ignore[return-value]


def send(made: MadeEvent, url: str | None = None, **fields: Any) -> HttpResponse:
    """Send the form of ``made`` as a stranger on its page does."""
    client = Client(enforce_csrf_checks=True)
    return client.post(  # type: ignore[return-value]
        url or made.url, post_data(made, **fields), headers={"Sec-Fetch-Site": "same-origin"}
    )


class Page(HTMLParser):
    """What tests look for in a page."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.titles: list[str] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open[-1:]:
            self.titles.append(data.strip())
        self.words.append(data)

    @property
    def text(self) -> str:
        """All words of the page, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements ``tag`` that have ``attributes``."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key) == value for key, value in wanted.items())
        ]

    def value_of(self, name: str) -> str | None:
        """Return what the input ``name`` is filled in with."""
        (field,) = self.all("input", name=name)
        return field.get("value")
