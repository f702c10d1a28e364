"""What goes wrong only when a form is sent, said at the question that it concerns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..builder import AnswerForm
from ..exceptions import ChoiceFull


def say_choice_is_full(form: AnswerForm, error: ChoiceFull) -> None:
    """Make ``error`` an error of the question; the last place went while the form was filled in."""
    spec = next((spec for spec in form.specs if spec.key == error.question_key), None)
    name = error.question_key if error.question_key in form.fields else None
    value = error.choice_key
    choice = dict(spec.choices).get(value, value) if spec is not None else value
    text = _("“%(choice)s” has no places left. Please choose something else.")
    form.add_error(name, text % {"choice": choice})
