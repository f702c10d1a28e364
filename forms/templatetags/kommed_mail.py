"""What mails are made of: ``{% load kommed_mail %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MANY = 100
"""How many renderings of one place are kept."""


class SameForNode(template.Node):
    """A part of a mail that is kept, by its language and what it is said to be made of."""

    def __init__(self, inside: NodeList, made_of: list[FilterExpression]) -> None:
        self.nodelist, self.made_of = inside, made_of
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return what was rendered before of the same, or render it."""
        values = [each.resolve(context, ignore_failures=True) for each in self.made_of]
        # Not the values themselves, which may be lists; and what is marked as safe is another one.
        same = (get_language(), context.autoescape, *((type(each), repr(each)) for each in values))
        found = self.kept.get(same)
        if found is None:
            if len(self.kept) >= MANY:
                self.kept.clear()
            found = self.kept[same] = self.nodelist.render(context)
        return found


@register.tag
def same_for(parser: Parser, token: Token) -> SameForNode:
    """Keep the rendering of a part for all mails in which the named values are the same.

    ``{% same_for event_title when %} … {% endsame_for %}``. Everything that the part is made of
    has to be named, and nothing that is about one person may be: it is kept in the memory of the
    process. A mailing goes to thousands with the same facts.
    """
    made_of = [parser.compile_filter(each) for each in token.split_contents()[1:]]
    inside = parser.parse(("endsame_for",))
    parser.delete_first_token()
    return SameForNode(inside, made_of)
