"""Every screen of the desk, with everybody: who may not, gets nowhere and changes nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.contrib.forms.utils import get_forms_for_user
from wagtail.models import ModelLogEntry

from forms.admin import urls as desk_urls
from forms.models import FormAccess, Message, Submission, TakenPlace, Upload
from tests.conftest import log_in
from tests.factories import MadeEvent, MadeForm, make_form, make_registration

from .sending import DeskPeople, kept, make_desk_people

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "admin",
    "all_rights",
    "viewer",
    "exporter",
    "deleter",
    "outsider",
    "editor",
    "nobody",
    "anonymous",
)
DESK = {"admin", "all_rights", "viewer", "exporter", "deleter", "outsider"}
SEE_FORM, SEE_OTHER = DESK - {"outsider"}, {"admin", "outsider"}
EXPORT = {"admin", "all_rights", "exporter"}
DELETE = {"admin", "all_rights", "deleter"}
NOBODY: set[str] = set()
REFUSED = {400, 403, 404, 405}


@dataclass(frozen=True)
class Screen:
    """One address with its arguments, and who may read it and send to it."""

    name: str
    arguments: tuple[Any, ...]
    may_get: set[str]
    may_post: set[str]
    data: dict[str, str] | None = None

    @property
    def url(self) -> str:
        """The path."""
        return reverse(f"kommed_forms_desk:{self.name}", args=self.arguments)


@dataclass(frozen=True)
class Desk:
    """Two forms with a submission each, and a registration of an event."""

    form: MadeForm
    other: MadeForm
    ours: Submission
    theirs: Submission
    of_event: Submission
    event_key: uuid.UUID
    people: DeskPeople


@pytest.fixture
def desk(made: MadeEvent) -> Desk:
    """The desk with what is on it."""
    form, other = make_form(title="Skriv til os"), make_form(title="Havnen")
    return Desk(
        form=form,
        other=other,
        ours=kept(form),
        theirs=kept(other),
        of_event=make_registration(made).submission,
        event_key=made.key,
        people=make_desk_people(form, other),
    )


@pytest.fixture
def screens(desk: Desk) -> list[Screen]:
    """Every address, with ids of both forms and of mixtures."""
    found = [Screen(name, (), DESK, NOBODY) for name in ("forms", "forms_results")]
    sides: tuple[tuple[Any, ...], ...] = (
        (desk.form, desk.ours, SEE_FORM, EXPORT, DELETE),
        (desk.other, desk.theirs, SEE_OTHER, SEE_OTHER, SEE_OTHER),
    )
    for form, row, see, export, delete in sides:
        one = (form.key, row.uuid)
        found += [
            Screen("submissions", (form.key,), see, NOBODY),
            Screen("submissions_results", (form.key,), see, NOBODY),
            Screen("submission", one, see, NOBODY),
            Screen("export", (form.key,), NOBODY, export, {"format": "csv"}),
            Screen("delete", one, delete, delete),
            Screen(
                "delete_many",
                (form.key,),
                NOBODY,
                delete,
                {"submission": str(row.uuid), "confirmed": "1"},
            ),
            Screen("upload", (*one, "fil"), NOBODY, NOBODY),
        ]
    # The right submission under the wrong form, one of an event, and one that does not exist.
    for key, row_uuid in (
        (desk.form.key, desk.theirs.uuid),
        (desk.other.key, desk.ours.uuid),
        (desk.event_key, desk.of_event.uuid),
        (desk.form.key, desk.of_event.uuid),
        (desk.form.key, uuid.uuid4()),
        (uuid.uuid4(), desk.ours.uuid),
    ):
        for name in ("submission", "delete"):
            found.append(Screen(name, (key, row_uuid), NOBODY, NOBODY))
        found.append(Screen("upload", (key, row_uuid, "fil"), NOBODY, NOBODY))
    found.append(Screen("submissions", (desk.event_key,), NOBODY, NOBODY))
    found.append(Screen("export", (desk.event_key,), NOBODY, NOBODY, {"format": "csv"}))
    return found


def client_of(desk: Desk, name: str) -> Client:
    return Client() if name == "anonymous" else log_in(getattr(desk.people, name))


def is_refused(response: Any, name: str) -> bool:
    if response.status_code in REFUSED:
        return True
    if response.status_code != 302:
        return False
    target = response["Location"]
    return bool(target.startswith("/admin/login/") if name == "anonymous" else target == "/admin/")


def everything() -> Any:
    models = (Submission, TakenPlace, Message, Upload, FormAccess, ModelLogEntry)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_every_address_of_the_desk_is_walked(screens: list[Screen]) -> None:
    assert {screen.name for screen in screens} == {p.name for p in desk_urls.urlpatterns}


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_desk_is_read_by_those_who_may(desk: Desk, screens: list[Screen], name: str) -> None:
    client = client_of(desk, name)
    before = everything()

    for screen in screens:
        response = client.get(screen.url)
        if name in screen.may_get:
            assert response.status_code == 200, screen
            assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
        else:
            assert is_refused(response, name), (screen, response.status_code)

    assert everything() == before


@pytest.mark.parametrize("name", EVERYBODY)
def test_what_one_may_not_send_to_changes_nothing(
    desk: Desk, screens: list[Screen], name: str
) -> None:
    client = client_of(desk, name)
    before = everything()

    for screen in screens:
        for method in (client.post, client.put, client.patch, client.delete):
            if method != client.post or name not in screen.may_post:
                response = method(screen.url, screen.data or {})
                assert is_refused(response, name), (screen, response.status_code)

    assert everything() == before


@pytest.mark.parametrize("name", EVERYBODY)
def test_what_one_may_send_to_is_done(desk: Desk, screens: list[Screen], name: str) -> None:
    client = client_of(desk, name)
    allowed = [screen for screen in screens if name in screen.may_post]
    seen = set()

    for screen in allowed:
        if screen.name == "delete_many":
            continue  # the one is gone already; deleting several has its own test
        response = client.post(screen.url, screen.data or {})
        assert response.status_code == (200 if screen.name == "export" else 302)
        list(response)  # a file that nobody reads to its end stays open
        seen.add(screen.name)

    assert seen == {
        "admin": {"export", "delete"},
        "all_rights": {"export", "delete"},
        "exporter": {"export"},
        "deleter": {"delete"},
        "outsider": {"export", "delete"},
    }.get(name, set())
    gone = {desk.ours, desk.theirs} - set(Submission.objects.all())
    assert gone == {
        "admin": {desk.ours, desk.theirs},
        "all_rights": {desk.ours},
        "deleter": {desk.ours},
        "outsider": {desk.theirs},
    }.get(name, set())


def test_an_address_of_a_special_category_is_not_told_by_its_mail(desk: Desk) -> None:
    mail = {"label": "E-mail", "field_type": "email"}
    special = {"privacy_class": "special", "special_basis": "explicit_consent"}
    form = make_form(questions=[mail | special], copy_to_sender=True)
    accesses = {"all_rights": FormAccess(can_sensitive=True), "viewer": FormAccess()}
    row = kept(form, {"e_mail": "hemmelig@example.dk"})
    url = reverse("kommed_forms_desk:submission", args=[form.key, row.uuid])

    seen = {}
    for name, access in accesses.items():
        access.user, access.form_key = getattr(desk.people, name), form.key
        access.save()
        html = log_in(access.user).get(url).content.decode()
        seen[name] = html.count("hemmelig@example.dk")

    assert Message.objects.filter(to="hemmelig@example.dk").count() == 1
    assert seen == {"all_rights": 2, "viewer": 0}


def test_deleting_several_leaves_those_of_others(desk: Desk) -> None:
    url = reverse("kommed_forms_desk:delete_many", args=[desk.form.key])
    rows = [desk.ours, desk.theirs, desk.of_event]
    data = {"submission": [str(row.uuid) for row in rows], "confirmed": "1"}

    response = log_in(desk.people.deleter).post(url, data)

    assert response.status_code == 302
    assert set(Submission.objects.all()) == {desk.theirs, desk.of_event}


def test_what_came_with_a_registration_is_on_no_list_of_anybody(desk: Desk) -> None:
    for user in (desk.people.admin, desk.people.all_rights):
        visible = set(Submission.objects.visible_to(user))
        assert desk.of_event not in visible
        assert desk.ours in visible


def test_a_right_that_was_taken_away_is_gone_at_once(desk: Desk) -> None:
    url = reverse("kommed_forms_desk:submission", args=[desk.form.key, desk.ours.uuid])
    client = log_in(desk.people.viewer)
    assert client.get(url).status_code == 200

    FormAccess.objects.filter(user=desk.people.viewer).delete()

    assert is_refused(client.get(url), "viewer")


def test_somebody_who_left_sees_nothing(desk: Desk) -> None:
    desk.people.admin.is_active = False

    assert Submission.objects.visible_to(desk.people.admin).count() == 0


# Wagtail's own list of forms


def test_wagtails_list_shows_an_editor_no_form_of_which_they_may_see_nothing(desk: Desk) -> None:
    before = {page.pk for page in get_forms_for_user(desk.people.editor)}
    row = FormAccess.objects.create(user=desk.people.editor, form_key=desk.form.key)
    with_access = {page.pk for page in get_forms_for_user(desk.people.editor)}
    row.delete()

    assert (before, with_access) == (set(), {desk.form.page.pk})


def test_an_editor_without_rights_gets_nothing_from_wagtails_list(desk: Desk) -> None:
    url = reverse("wagtailforms:list_submissions", args=[desk.form.page.pk])
    delete = reverse("wagtailforms:delete_submissions", args=[desk.form.page.pk])
    client = log_in(desk.people.editor)

    led_on = client.get(url)

    assert led_on["Location"] == reverse("kommed_forms_desk:submissions", args=[desk.form.key])
    assert is_refused(client.get(led_on["Location"]), "editor")
    assert is_refused(client.get(delete), "editor")
    assert is_refused(client.post(delete), "editor")


@pytest.mark.parametrize(
    ("name", "labels"), [("editor", []), ("viewer", ["kommed-forms"]), ("admin", ["kommed-forms"])]
)
def test_the_menu_has_one_entry_for_forms(
    desk: Desk, rf: Any, name: str, labels: list[str]
) -> None:
    from wagtail.admin.menu import admin_menu

    request = rf.get("/admin/")
    request.user = getattr(desk.people, name)

    names = [item.name for item in admin_menu.menu_items_for_request(request)]

    assert [name for name in names if "forms" in name] == labels
