"""The two doors a visitor comes in by: the page of an event, and a form on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from events.models import Registration
from forms.models import Message, Submission
from forms.models.post_count import PostCount
from tests.conftest import log_in
from tests.factories import (
    MadeEvent,
    MadeForm,
    SessionSpec,
    UserFactory,
    make_event,
    make_form,
    opened_a_while_ago,
)

EVENT, FORM = "event", "form"
DOORS = (EVENT, FORM)
URLENCODED = "application/x-www-form-urlencoded"
CHOICES = [{"key": "a", "label": "Alfa"}, {"key": "b", "label": "Beta"}]


@dataclass
class Door:
    """One form that a visitor can send, with where staff read what was sent."""

    made: MadeEvent | MadeForm
    asked: dict[str, Any] = field(default_factory=dict)
    """What has to be answered besides the editor's questions."""

    @property
    def is_event(self) -> bool:
        """Whether it is the page of an event."""
        return isinstance(self.made, MadeEvent)

    @property
    def url(self) -> str:
        """The path of the page."""
        return self.made.url

    def fields(self, **data: Any) -> dict[str, Any]:
        """Return what a browser sends."""
        return opened_a_while_ago(self.made.key) | self.asked | data

    def send(self, **data: Any) -> HttpResponse:
        """Send the form as a stranger on the page does."""
        client = Client(headers={"Sec-Fetch-Site": "same-origin"})
        return client.post(self.url, self.fields(**data))  # type: ignore[return-value]

    def send_raw(self, body: bytes, content_type: str, **environ: Any) -> HttpResponse:
        """Send ``body`` as it is; what breaks the server is an answer of 500."""
        client = Client(raise_request_exception=False)
        return client.generic(  # type: ignore[return-value]
            "POST", self.url, body, content_type=content_type, **environ
        )

    def stored(self) -> list[dict[str, Any]]:
        """Return the answers of everybody, the editor's questions alone."""
        rows = Submission.objects.order_by("pk").values_list("answers", flat=True)
        return [{k: v for k, v in row.items() if k not in self.asked} for row in rows]

    def forget(self) -> None:
        """Begin anew, as a test may and nobody else."""
        Registration.objects.all().delete()
        Message.objects.all().delete()
        Submission.objects.all().delete()
        PostCount.objects.all().delete()

    def desk_urls(self) -> list[str]:
        """Return the list, and each one in full."""
        if self.is_event:
            rows = Registration.objects.order_by("pk").values_list("uuid", flat=True)
            names = ("kommed_events_desk:registrations", "kommed_events_desk:detail")
        else:
            rows = Submission.objects.order_by("pk").values_list("uuid", flat=True)
            names = ("kommed_forms_desk:submissions", "kommed_forms_desk:submission")
        key = self.made.key
        return [
            reverse(names[0], args=[key]),
            *(reverse(names[1], args=[key, row]) for row in rows),
        ]

    def read_desk_page(self, number: int) -> HttpResponse:
        """Read the list, which is number 0, or the last one in full."""
        if self.is_event:
            rows = Registration.objects.filter(event__key=self.made.key)
            urls = ["kommed_events_desk:registrations", "kommed_events_desk:detail"]
        else:
            rows = Submission.objects.filter(form_record__key=self.made.key)
            urls = ["kommed_forms_desk:submissions", "kommed_forms_desk:submission"]
        arguments = [self.made.key, *([rows.last().uuid] if number else [])]
        client = log_in(UserFactory(is_superuser=True, is_staff=True))
        return client.get(reverse(urls[number], args=arguments))  # type: ignore[return-value]

    def read_desk(self, *, most: int | None = None) -> list[HttpResponse]:
        """Read the list and each one in full, as staff do; ``most`` pages of them."""
        user = UserFactory(is_superuser=True, is_staff=True)
        client = log_in(user)
        return [client.get(url) for url in self.desk_urls()[:most]]  # type: ignore[misc]


def open_door(kind: str, questions: list[dict[str, Any]], **page: Any) -> Door:
    """Publish a page of ``kind`` that asks ``questions``."""
    if kind == FORM:
        return Door(make_form(questions=questions, **page))
    made = make_event(questions=questions, sessions=[SessionSpec("Aalborg", None)], **page)
    return Door(made, {"name": "Ida Holm", "email": "ida@example.dk"})


class Shape(HTMLParser):
    """What a page is made of, apart from its words: elements and the names of their attributes."""

    def __init__(self, response: HttpResponse | str) -> None:
        super().__init__()
        self.parts: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        text = response if isinstance(response, str) else response.content.decode()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, tuple(name for name, _value in attrs)))
        self.values += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((f"/{tag}", ()))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("!--", ()))

    def handle_decl(self, decl: str) -> None:
        self.parts.append((f"!{decl}", ()))

    def handle_pi(self, data: str) -> None:
        self.parts.append(("?", ()))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All words, as they are."""
        return "".join(self.words)
