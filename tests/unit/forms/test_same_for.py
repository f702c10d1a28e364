"""Parts of a mail that are kept for all that are made of the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import mark_safe

from forms.templatetags import kommed_mail


def drawn(template: Template, **values: Any) -> str:
    return template.render(Context(values))


@pytest.fixture
def template() -> Template:
    return Template(
        "{% load kommed_mail i18n %}{% same_for title people %}"
        "{% translate 'Yes' %} {{ title }} {% for each in people %}{{ each.name }}{% endfor %}"
        "{{ not_named }}{% endsame_for %} {{ name }}"
    )


def test_what_is_the_same_is_drawn_once(template: Template) -> None:
    assert drawn(template, title="Dag", name="Ida", not_named="1") == "Ja Dag 1 Ida"
    assert drawn(template, title="Dag", name="Otto", not_named="2") == "Ja Dag 1 Otto"


def test_what_is_not_the_same_is_drawn_anew(template: Template) -> None:
    people = [{"name": "Per"}]
    assert drawn(template, title="Dag", people=people) == "Ja Dag Per "
    assert drawn(template, title="Nat", people=people) == "Ja Nat Per "
    people[0]["name"] = "Bo"
    assert drawn(template, title="Dag", people=people) == "Ja Dag Bo "
    with translation.override("en"):
        assert drawn(template, title="Dag", people=people) == "Yes Dag Bo "


def test_what_is_marked_as_safe_is_something_else(template: Template) -> None:
    assert "<b>" in drawn(template, title=mark_safe("<b>"))
    assert "<b>" not in drawn(template, title="<b>")
    assert "<b>" in template.render(Context({"title": "<b>"}, autoescape=False))


def test_no_more_are_kept_than_there_is_room_for(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kommed_mail, "MANY", 3)
    (node,) = template.nodelist.get_nodes_by_type(kommed_mail.SameForNode)

    for number in range(10):
        assert f" {number} " in drawn(template, title=number)
        assert len(node.kept) <= 3
