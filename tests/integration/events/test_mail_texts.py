"""The screens where editors write mail texts: who may, what is refused, preview and sample."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission
from wagtail.test.utils.form_data import querydict_from_html

from forms.admin.mail_text_forms import writable_kinds
from forms.admin.mail_text_policy import mail_text_policy
from forms.mail.dispatch import dispatch_due
from forms.mail.kinds import SAMPLE
from forms.mail.wording import built_in_words
from forms.models import Message, MessageTemplate
from tests.conftest import People, log_in
from tests.factories import GroupFactory, MadeEvent, UserFactory, make_registration

pytestmark = pytest.mark.django_db

NAMES = "wagtailsnippets_kommed_forms_messagetemplate"
ACTIONS = ("add", "change", "delete")


@pytest.fixture
def writer(people: People) -> Any:
    """An editor who may write the texts of the whole site, too."""
    editor = people.editor
    editor.groups.add(_who_may_write())
    editor.email = "signe@example.dk"
    editor.save()
    return editor


@pytest.fixture
def page_editor(made: MadeEvent) -> Any:
    """Somebody who may edit the page of ``made``, no other, and no text for all."""
    user = UserFactory(username="page-editor")
    group = GroupFactory(name="Kun den ene side")
    group.permissions.add(_permission("wagtailadmin", "access_admin"))
    GroupPagePermission.objects.create(
        group=group, page=made.page, permission=_permission("wagtailcore", "change_page")
    )
    user.groups.add(group)
    return user


def _permission(app: str, name: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=name)


def _who_may_write() -> Group:
    group = GroupFactory(name="Mailtekster")
    for action in ACTIONS:
        group.permissions.add(_permission("kommed_forms", f"{action}_messagetemplate"))
    return group


def url(name: str, *args: Any) -> str:
    return reverse(f"{NAMES}:{name}", args=args)


def new_url(**what: Any) -> str:
    return url("add") + "?" + urlencode({"kind": "confirmed", "language": "da"} | what)


def text_of(**fields: Any) -> MessageTemplate:
    given = {"kind": "confirmed", "language": "da", "subject": "Emne", "text": "Tekst"} | fields
    return MessageTemplate.objects.create(**given)


def form_at(client: Client, path: str) -> Any:
    html = client.get(path).content.decode()
    return querydict_from_html(html, form_id="w-editor-form").copy()


def write(client: Client, path: str, **changes: Any) -> HttpResponse:
    data = form_at(client, path)
    for name, value in changes.items():
        data[name.replace("__", "-")] = value
    return client.post(path.partition("?")[0], data)  # type: ignore[return-value]


def test_a_text_begins_with_the_built_in_words(writer: Any, made: MadeEvent) -> None:
    client = log_in(writer)

    data = form_at(client, new_url(scope=made.key))

    built_in = built_in_words(writable_kinds()["confirmed"], "da")
    assert data["subject"] == built_in["subject"]
    assert data["text"].strip().replace("\r\n", "\n") == built_in["text"]
    assert (data["kind"], data["language"], data["scope"]) == ("confirmed", "da", str(made.key))


def test_what_is_written_is_saved_and_sent(writer: Any, made: MadeEvent) -> None:
    answer = write(
        log_in(writer), new_url(scope=made.key), subject="Vi ses, {name}", text="Kom!\n\n{when}"
    )

    assert answer.status_code == 302
    text = MessageTemplate.objects.get()
    assert (text.kind, text.language, text.scope_key) == ("confirmed", "da", made.key)
    make_registration(made, name="Ida Holm")
    dispatch_due()
    assert mail.outbox[0].subject == "Vi ses, Ida Holm"
    assert "Kom!" in mail.outbox[0].body


def test_an_existing_text_is_changed_and_stays_what_it_is_for(writer: Any, made: MadeEvent) -> None:
    text = text_of(scope_key=made.key)
    client = log_in(writer)

    assert client.get(new_url(scope=made.key)).headers["Location"] == url("edit", text.pk)
    write(client, url("edit", text.pk), text="Nyt", kind="waiting", scope="")

    text.refresh_from_db()
    assert (text.text, text.kind, text.scope_key) == ("Nyt", "confirmed", made.key)


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("subject", "{event_titel}"),
        ("subject", "Hej\r\nBcc: alle@example.dk"),
        ("subject", ""),
        ("subject", "x" * 151),
        ("text", "{name.__class__}"),
        ("text", "{{7*7}}"),
        ("text", "{% load i18n %}"),
        ("text", "{0}"),
        ("text", "{!r}"),
        ("text", "Kære {name, velkommen"),
        ("text", "{giver_name}"),
        ("text", ""),
        ("text", "x" * 5001),
    ],
)
def test_what_cannot_be_sent_is_refused_and_kept(
    writer: Any, made: MadeEvent, field: str, written: str
) -> None:
    client = log_in(writer)

    answer = write(client, new_url(), **{field: written})

    assert answer.status_code == 200
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert form[field].value() == written
    assert not MessageTemplate.objects.exists()
    if written == "{event_titel}":
        assert "{event_title}" in form.errors[field][0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "staff_new_registration"),
        ("kind", SAMPLE),
        ("kind", "nonsense"),
        ("language", "tlh"),
        ("scope", str(uuid.uuid4())),
        ("scope", "nonsense"),
    ],
)
def test_what_there_is_no_text_for_is_refused(
    writer: Any, made: MadeEvent, name: str, value: str
) -> None:
    client = log_in(writer)

    chosen = client.get(new_url(**{name: value}))
    forged = write(client, new_url(), **{name: value})

    assert chosen.context["form"].errors
    assert forged.context["form"].errors
    assert not MessageTemplate.objects.exists()


def test_a_mail_of_forms_is_not_for_an_event(writer: Any, made: MadeEvent) -> None:
    answer = log_in(writer).get(new_url(kind="copy_to_sender", scope=made.key))

    assert list(answer.context["form"].errors) == ["scope"]


def test_a_second_text_for_the_same_is_refused(writer: Any, made: MadeEvent) -> None:
    client = log_in(writer)
    data = form_at(client, new_url())
    text_of()

    answer = client.post(url("add"), data)

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert MessageTemplate.objects.count() == 1


def test_only_kinds_to_the_public_are_offered(writer: Any, made: MadeEvent) -> None:
    groups = log_in(writer).get(url("add")).context["form"].fields["kind"].choices

    offered = {name for _group, kinds in groups for name, _label in kinds}
    assert "confirmed" in offered
    assert not {name for name in offered if name.startswith("staff")}
    assert SAMPLE not in offered


def test_those_who_may_edit_the_page_alone_write_its_texts_alone(
    page_editor: Any, made: MadeEvent, other: MadeEvent
) -> None:
    client = log_in(page_editor)
    mine, for_all = text_of(scope_key=made.key), text_of()
    theirs = text_of(scope_key=other.key)

    shown = {text.pk for text in client.get(url("list")).context["object_list"]}
    assert shown == {mine.pk}
    assert client.get(url("edit", mine.pk)).status_code == 200
    for text in (for_all, theirs):
        for name in ("edit", "delete", "history", "usage", "preview_on_edit"):
            assert client.get(url(name, text.pk)).status_code in (302, 403), name
            assert client.post(url(name, text.pk), {"text": "x"}).status_code in (302, 403, 405)
    mine.delete()
    for scope in ("", str(other.key)):
        assert client.get(new_url(scope=scope)).context["form"].errors
        forged = write(client, new_url(scope=made.key), scope=scope)
        assert forged.context["form"].errors
    assert MessageTemplate.objects.count() == 2
    assert write(client, new_url(scope=made.key)).status_code == 302


def test_texts_of_other_events_are_not_deleted_among_many(
    page_editor: Any, made: MadeEvent, other: MadeEvent
) -> None:
    page_editor.groups.add(_who_may_write())
    theirs, for_all = text_of(scope_key=other.key), text_of(kind="waiting")
    path = reverse("wagtail_bulk_action", args=["kommed_forms", "messagetemplate", "delete"])

    client = log_in(page_editor)
    for text in (theirs, for_all):
        client.post(f"{path}?id={text.pk}&next=/admin/")

    assert list(MessageTemplate.objects.all()) == [theirs]


def test_those_who_may_edit_nothing_see_nothing(people: People, made: MadeEvent) -> None:
    text = text_of(scope_key=made.key)
    for user in (people.nobody, people.staff, people.outsider):
        client = log_in(user)
        for path in (url("list"), url("add"), url("edit", text.pk), url("preview_on_add")):
            assert client.get(path).status_code in (302, 403)
        assert not mail_text_policy.user_has_permission(user, "change")
    people.editor.is_active = False
    assert not mail_text_policy.user_has_permission_for_instance(people.editor, "change", text)


def test_the_menu_leads_there(writer: Any, people: People) -> None:
    def has_entry(user: Any) -> bool:
        return url("list") in log_in(user).get(reverse("wagtailadmin_home")).content.decode()

    assert has_entry(writer)
    assert not has_entry(people.nobody)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_preview_is_the_mail_with_what_is_typed(
    writer: Any, made: MadeEvent, language: str
) -> None:
    client = log_in(writer)
    data = form_at(client, new_url(scope=made.key))
    data["text"] = "Ganske nye ord til {name} <b>fed</b>"
    data["subject"] = "Kom & se <b>det</b>"
    text_of(language="en", scope_key=made.key, text="Other words")

    posted = client.post(url("preview_on_add"), data)
    shown = client.get(url("preview_on_add") + f"?mode=sample-{language}&in_preview_panel=true")

    assert posted.json() == {"is_valid": True, "is_available": True}
    html = shown.content.decode()
    assert ("Ganske nye ord" in html) == (language == "da")
    assert ("Other words" in html) == (language == "en")
    assert "<b>fed</b>" not in html
    assert ("Kom &amp; se &lt;b&gt;det&lt;/b&gt;" in html.partition("<h1")[0]) == (language == "da")
    assert "<b>det</b>" not in html
    assert made.page.title in html
    assert f'lang="{language}"' in html
    assert "script" not in html
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert MessageTemplate.objects.count() == 1


def test_a_real_person_is_shown_to_those_alone_who_may_see_them(
    writer: Any, people: People, made: MadeEvent
) -> None:
    make_registration(made, name="Ida Holm")
    text = text_of(scope_key=made.key, text="Til {name}: {own_page_url}")
    path = url("preview_on_edit", text.pk)

    def seen_by(user: Any) -> str:
        client = log_in(user)
        client.post(path, form_at(client, url("edit", text.pk)))
        return client.get(path + "?mode=real-da").content.decode()

    assert "Ida Holm" in seen_by(people.admin)
    assert "/r/" not in seen_by(people.admin)
    assert "Ida Holm" not in seen_by(writer)


def test_a_preview_that_is_not_there_is_answered_in_words(writer: Any, made: MadeEvent) -> None:
    text = text_of()
    client = log_in(writer)
    client.post(url("preview_on_edit", text.pk), form_at(client, url("edit", text.pk)))
    for mode in ("sample-tlh", "nonsense", "real-", ""):
        answer = client.get(url("preview_on_edit", text.pk) + f"?mode={mode}")
        assert answer.status_code == 200


@pytest.mark.parametrize("is_new", [True, False])
def test_send_it_to_me_sends_what_is_typed_to_me_and_saves_nothing(
    writer: Any, made: MadeEvent, is_new: bool
) -> None:
    make_registration(made, name="Ida Holm", email="ida@example.dk")
    Message.objects.all().delete()
    path = new_url() if is_new else url("edit", text_of().pk)

    answer = write(
        log_in(writer),
        path,
        subject="Prøve på {event_title}",
        text="Hej {name}",
        to="alle@example.dk",
        **{"action-send-to-me": "1"},
    )

    assert answer.status_code == 200
    assert answer.context["form"]["text"].value() == "Hej {name}"
    message = Message.objects.get()
    assert (message.kind, message.to) == (SAMPLE, "signe@example.dk")
    dispatch_due()
    assert [one.to for one in mail.outbox] == [["signe@example.dk"]]
    assert mail.outbox[0].subject.startswith("[")
    assert "Prøve på" in mail.outbox[0].subject
    assert "Ida" not in mail.outbox[0].body
    assert [text.text for text in MessageTemplate.objects.all()] == ([] if is_new else ["Tekst"])


def test_what_is_wrong_is_not_sent_to_me_either(writer: Any, made: MadeEvent) -> None:
    client = log_in(writer)

    answer = write(client, new_url(), text="{nej}", **{"action-send-to-me": "1"})

    assert list(answer.context["form"].errors) == ["text"]
    assert not Message.objects.exists()
    assert client.get(url("add") + "?action-send-to-me=1").status_code == 200
    assert not Message.objects.exists()


def test_without_an_address_there_is_nowhere_to_send_it(writer: Any, made: MadeEvent) -> None:
    writer.email = ""
    writer.save()

    answer = write(log_in(writer), new_url(), **{"action-send-to-me": "1"})

    assert answer.status_code == 200
    assert not Message.objects.exists()


def test_the_placeholders_are_beside_the_editor(writer: Any, made: MadeEvent) -> None:
    html = log_in(writer).get(new_url(kind="offer")).content.decode()

    for one in writable_kinds()["offer"].placeholders:
        assert f'data-placeholder="{{{one.name}}}"' in html


def test_deleting_a_text_goes_back_to_the_built_in_words(writer: Any, made: MadeEvent) -> None:
    text = text_of()
    client = log_in(writer)

    assert client.get(url("delete", text.pk)).status_code == 200
    assert MessageTemplate.objects.exists()
    client.post(url("delete", text.pk))

    assert not MessageTemplate.objects.exists()


def test_the_list_asks_as_much_for_three_as_for_one(
    writer: Any, made: MadeEvent, other: MadeEvent, count_queries: Any
) -> None:
    client = log_in(writer)
    text_of(scope_key=made.key, subject="Sol")
    client.get(url("list"))  # what is kept between requests is kept now
    with count_queries(21):
        client.get(url("list"))
    text_of(scope_key=other.key, subject="Måne")
    text_of(language="en", subject="Stjerner")
    with count_queries(21):
        html = client.get(url("list")).content.decode()
    assert [html.count(subject) for subject in ("Sol", "Måne", "Stjerner")] == [1, 1, 1]
    assert made.page.title in html
