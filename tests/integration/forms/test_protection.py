"""People send and are done; machines press one more button, or are held; nothing is ever lost.

All of it on an event's page and on a form of its own, which share what protects them.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from events.models import Registration
from forms.models import PostCount, Submission
from forms.protection import assess as assess_module
from forms.protection.traces import opened_token
from tests.factories import MadeEvent, make_event, make_form, opened_a_while_ago, post_data
from tests.integration.events.visitor import Page, visit

pytestmark = pytest.mark.django_db

PROXY, HERE, THERE = "10.0.0.7", "192.0.2.10", "198.51.100.4"
SPAM = "https://spam.example"


@dataclass
class PublicForm:
    """A form that the public sees, and what a browser sends for it."""

    url: str
    key: Any
    data: Callable[[], dict[str, Any]]

    def send(self, *, address: str = HERE, headers: Any = None, **fields: Any) -> HttpResponse:
        """Send the form from ``address``; ``fields`` win."""
        return self.post(self.data() | fields, address=address, headers=headers)

    def post(
        self, data: dict[str, Any], *, address: str = HERE, headers: Any = None
    ) -> HttpResponse:
        """Send just ``data``."""
        client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
        sent = {"Sec-Fetch-Site": "same-origin"} | (headers or {})
        return client.post(self.url, data, headers=sent)  # type: ignore[return-value]

    def press(self, step: HttpResponse, *, after: float = 5, **fields: Any) -> HttpResponse:
        """Press the button of the second step some seconds later."""
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=after)):
            return self.post(inputs_of(step) | fields)


def inputs_of(response: HttpResponse) -> dict[str, Any]:
    """Return what the browser sends when the page's button is pressed."""
    page = Page(response)
    data: dict[str, list[str]] = {}
    for field in page.all("input"):
        data.setdefault(str(field["name"]), []).append(field.get("value") or "")
    (button,) = page.all("button", type="submit")
    return data | {str(button["name"]): [button["value"]]}


@pytest.fixture(params=["event", "form"])
def form(request: pytest.FixtureRequest, site: Any) -> PublicForm:
    """An event's page, and a form of its own."""
    if request.param == "event":
        made = make_event()
        return PublicForm(made.url, made.key, lambda: post_data(made))
    own = make_form()

    def data() -> dict[str, Any]:
        number = time.monotonic_ns()
        answers = {"navn": f"Gæst {number}", "e_mail": f"gaest{number}@example.dk"}
        return answers | opened_a_while_ago(own.key)

    return PublicForm(own.url, own.key, data)


def is_step(response: HttpResponse) -> bool:
    """Return whether this is the second step, and not the form, its errors or the receipt."""
    names = {str(field.get("name")) for field in Page(response).all("input")}
    return response.status_code == 200 and "form_asked" in names


def marks() -> list[str]:
    """Return what was noted with each submission, the oldest first."""
    return list(Submission.objects.order_by("pk").values_list("suspicion", flat=True))


# People


def test_a_person_sends_and_is_done(form: PublicForm) -> None:
    assert form.send().status_code == 303
    assert marks() == [""]


def test_a_page_of_last_week_is_as_good(form: PublicForm) -> None:
    old = opened_token(form.key, at=time.time() - 7 * 24 * 3600)

    assert form.send(form_opened=old).status_code == 303
    assert marks() == [""]


def test_the_page_has_what_protects_it_and_stays_the_same_for_everybody(form: PublicForm) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        first, second = visit(form.url), visit(form.url)

    page = Page(first)
    assert page.value_of("form_website") is None
    assert page.value_of("form_opened")
    assert page.all("input", name="form_asked") == []
    (trap,) = page.all("input", name="form_website")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert len(page.all("div", class_="km-extra", aria_hidden="true")) == 1
    assert first.content == second.content
    for response in (first, form.send(), form.send(form_website=SPAM)):
        assert not response.cookies
        assert "cookie" not in response.headers.get("Vary", "").lower()


def test_who_reads_the_page_and_sends_what_is_in_it_is_a_person(form: PublicForm) -> None:
    carried = {name: Page(visit(form.url)).value_of(name) for name in ("form_opened",)}
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2.5)):
        response = form.send(**carried)

    assert (response.status_code, marks()) == (303, [""])


def test_a_page_with_errors_keeps_the_time_it_was_opened(form: PublicForm) -> None:
    sent = form.data()
    mail = "email" if "email" in sent else "e_mail"
    response = form.send(**sent | {mail: ""})

    assert response.status_code == 422
    assert Page(response).value_of("form_opened") == sent["form_opened"]


# Machines


@pytest.mark.parametrize(
    ("fields", "noted"),
    [
        ({"form_website": SPAM}, "honeypot_once"),
        ({"form_opened": ""}, "no_token"),
        ({"form_opened": "forged"}, "no_token"),
        ({"form_opened": None}, "too_fast"),
    ],
)
def test_who_looks_like_a_machine_presses_one_more_button(
    form: PublicForm, fields: dict[str, Any], noted: str
) -> None:
    if fields.get("form_opened", "") is None:
        fields = {"form_opened": opened_token(form.key)}
    sent = form.data()

    step = form.post(sent | fields)

    assert (is_step(step), Submission.objects.count()) == (True, 0)
    assert "no-store" in step["Cache-Control"]
    assert len(Page(step).all("h1")) == 1
    passed = form.press(step)
    assert (passed.status_code, marks()) == (303, [noted])
    answers = Submission.objects.get().answers
    kept = {name: value for name, value in sent.items() if not name.startswith("form_")}
    assert kept.items() <= answers.items()
    assert all(not name.startswith("form_") for name in answers)


def test_the_button_is_not_taken_before_anybody_could_have_read_the_page(form: PublicForm) -> None:
    step = form.send(form_opened="")

    at_once = form.press(step, after=0)

    assert (is_step(at_once), at_once.context["is_too_soon"]) == (True, True)
    assert Submission.objects.count() == 0
    # The wait goes on, and does not begin anew.
    assert inputs_of(at_once)["form_asked"] == inputs_of(step)["form_asked"]
    assert form.press(at_once).status_code == 303
    assert marks() == ["no_token"]


def test_a_step_of_more_than_an_hour_ago_is_asked_anew(form: PublicForm) -> None:
    step = form.send(form_opened="")

    late = form.press(step, after=3700)

    assert (is_step(late), late.context["is_too_soon"]) == (True, False)
    assert inputs_of(late)["form_asked"] != inputs_of(step)["form_asked"]


def test_a_step_is_for_its_own_answers(form: PublicForm) -> None:
    step = form.send(form_opened="")
    name = "name" if "name" in inputs_of(step) else "navn"

    assert is_step(form.press(step, **{name: "Somebody Else"}))
    assert is_step(form.press(step, form_asked="forged"))
    assert Submission.objects.count() == 0


def test_pressing_twice_is_one_submission(form: PublicForm) -> None:
    step = form.send(form_opened="")

    first, second = form.press(step), form.press(step)

    assert (first["Location"], first.status_code) == (second["Location"], second.status_code)
    assert marks() == ["no_token"]


def test_what_fills_in_the_hidden_field_again_is_held(form: PublicForm) -> None:
    step = form.send(form_website=SPAM)

    held = form.press(step, form_website=SPAM)

    assert (held.status_code, marks()) == (303, ["honeypot"])


def test_a_held_registration_takes_no_seat_and_is_told_so(made: MadeEvent) -> None:
    form = PublicForm(made.url, made.key, lambda: post_data(made))

    held = form.press(form.send(form_website=SPAM), form_website=SPAM)

    assert Registration.objects.get().state == "pending"
    assert visit(held["Location"]).context["outlook"] == "application"


def test_what_was_typed_comes_back_as_text_in_the_step(form: PublicForm) -> None:
    nasty = '"><script>alert(1)</script>'
    name = "name" if "name" in form.data() else "navn"

    step = form.send(form_opened="", **{name: nasty})

    assert "<script>alert" not in step.content.decode()
    assert inputs_of(step)[name] == [nasty]


# Many at once


@pytest.fixture
def three_from_one_network(settings: Any) -> Iterator[None]:
    """Three posts from one network are as many as people send; a proxy stands before us."""
    settings.KOMMED_POSTS_PER_NETWORK = 3
    settings.KOMMED_TRUSTED_PROXIES = [PROXY]
    # The middle of a window and of a day, so that neither ends meanwhile.
    with time_machine.travel(dt.datetime.now(dt.UTC).replace(hour=12, minute=3), tick=False):
        yield


@pytest.mark.usefixtures("three_from_one_network")
def test_many_from_one_network_press_one_more_button_and_others_do_not(form: PublicForm) -> None:
    answers = [form.send() for _ in range(5)]

    assert [answer.status_code for answer in answers] == [303] * 3 + [200] * 2
    assert [is_step(answer) for answer in answers] == [False] * 3 + [True] * 2
    assert form.send(address=THERE).status_code == 303
    assert form.press(answers[-1]).status_code == 303
    assert marks() == ["", "", "", "", "too_many"]


@pytest.mark.usefixtures("three_from_one_network")
@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
def test_another_network_cannot_be_made_up(form: PublicForm, name: str) -> None:
    answers = [form.send(headers={name: f"203.0.113.{number}"}) for number in range(5)]

    assert [is_step(answer) for answer in answers] == [False] * 3 + [True] * 2


@pytest.mark.usefixtures("three_from_one_network")
def test_behind_a_proxy_what_the_proxy_says_counts(form: PublicForm) -> None:
    def through(forwarded: str) -> bool:
        return is_step(form.send(address=PROXY, headers={"X-Forwarded-For": forwarded}))

    forged = [through(f"203.0.113.{number}, {HERE}") for number in range(5)]

    assert forged == [False] * 3 + [True] * 2
    assert through(THERE) is False
    assert through(f"{HERE}, {THERE}") is False


@pytest.mark.usefixtures("three_from_one_network")
def test_who_takes_the_step_is_counted_and_not_refused(form: PublicForm) -> None:
    steps = [form.send(form_opened="") for _ in range(2)]

    pressed = [form.press(step).status_code for step in steps]

    assert (pressed, marks()) == ([303, 303], ["no_token", "no_token"])
    assert is_step(form.send())  # the fifth from this network
    assert not is_step(form.send(address=THERE))


def test_a_flood_leaves_nothing_behind_and_keeps_nobody_out(
    form: PublicForm, settings: Any
) -> None:
    """T23, scaled down: three hundred posts from one network, no two alike."""
    kinds = ({"form_opened": ""}, {"form_website": SPAM}, {"form_opened": "9" * 20})
    answers = [
        form.send(headers={"X-Forwarded-For": f"203.0.113.{number % 250}"}, **kinds[number % 3])
        for number in range(300)
    ]

    assert Counter(is_step(answer) for answer in answers) == {True: 300}
    assert Submission.objects.count() == 0
    assert form.send(address=THERE).status_code == 303
    # Those that fill in everything, whatever they are shown, are kept for staff to look at.
    held = [form.press(answer, form_website=SPAM) for answer in answers[:5]]
    assert [answer.status_code for answer in held] == [303] * 5
    assert marks() == ["", *["honeypot"] * 5]


def test_without_the_protection_the_same_flood_gets_in(
    form: PublicForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assess_module, "_suspicions", lambda *_args: [])

    answers = [form.send(form_opened="", form_website=SPAM) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [303] * 5
    assert marks() == [""] * 5


def test_a_post_with_errors_is_neither_counted_nor_suspicious(form: PublicForm) -> None:
    name = "name" if "name" in form.data() else "navn"

    response = form.send(form_opened="", form_website=SPAM, **{name: ""})

    assert response.status_code == 422
    assert (PostCount.objects.count(), Submission.objects.count()) == (0, 0)


# With "check your answers" before it


@pytest.mark.parametrize("kind", ["event", "form"])
def test_the_step_comes_after_people_have_checked_their_answers(site: Any, kind: str) -> None:
    if kind == "event":
        made = make_event(check_answers=True)
        form = PublicForm(made.url, made.key, lambda: post_data(made))
    else:
        own = make_form(check_answers=True)
        answers = {"navn": "Ida", "e_mail": "ida@example.dk"}
        form = PublicForm(own.url, own.key, lambda: answers | opened_a_while_ago(own.key))

    check = form.send(form_opened="")
    assert not is_step(check)
    sent = _hidden(check) | {"form_step": "send"}
    step = form.post(sent)
    assert is_step(step)
    assert form.press(step).status_code == 303
    assert marks() == ["no_token"]


def _hidden(response: HttpResponse) -> dict[str, Any]:
    fields = Page(response).all("input", type="hidden")
    return {str(field["name"]): field.get("value") or "" for field in fields}


# From elsewhere


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "", "Origin": "https://andre.example"}, 403),
        ({"Sec-Fetch-Site": "", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "", "Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Cookie": "csrftoken=abc"}, 403),
    ],
)
def test_only_the_page_itself_may_send_the_form(
    form: PublicForm, headers: dict[str, str], status: int
) -> None:
    response = form.send(headers=headers)

    assert response.status_code == status
    assert Submission.objects.count() == (1 if status == 303 else 0)
    assert not response.cookies
