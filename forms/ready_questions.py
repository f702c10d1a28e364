"""Ready questions that come with the house: what most forms ask, with its privacy thought of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from .enums import (
    KEEP_DAYS_SPECIAL,
    Autocomplete,
    LegalBasis,
    PrivacyClass,
    QuestionType,
    SpecialBasis,
)

Row = dict[str, Any]
"""The fields of a question by name; those that are not there keep their defaults."""

_SPECIAL: Row = {
    "required": False,
    "privacy_class": PrivacyClass.SPECIAL,
    "special_basis": SpecialBasis.EXPLICIT_CONSENT,
    "legal_basis": LegalBasis.CONSENT,
    "keep_days": KEEP_DAYS_SPECIAL,
}
_CONSENT: Row = {
    "field_type": QuestionType.CONSENT,
    "required": False,
    "legal_basis": LegalBasis.CONSENT,
}


def built_in_questions() -> list[Row]:
    """Return the questions, in the active language."""
    return [*_about_the_person(), *_about_the_day(), *_consents(), *_about_us()]


def _choices(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "label": label, "places": None} for key, label in pairs]


def _about_the_person() -> list[Row]:
    return [
        {
            "label": _("Telephone"),
            "field_type": QuestionType.PHONE,
            "autocomplete": Autocomplete.TELEPHONE,
            "purpose": _("To reach you if something changes at the last moment"),
        },
        {
            "label": _("Organisation"),
            "field_type": QuestionType.SINGLELINE,
            "autocomplete": Autocomplete.ORGANISATION,
            "purpose": _("To know where people come from"),
        },
        {
            "label": _("Job title"),
            "field_type": QuestionType.SINGLELINE,
            "autocomplete": Autocomplete.JOB_TITLE,
            "purpose": _("To bring people of different trades together"),
        },
    ]


def _about_the_day() -> list[Row]:
    return [
        {
            **_SPECIAL,
            "label": _("What should we know about your food?"),
            "field_type": QuestionType.CHECKBOXES,
            "help_text": _("Answer only if you want us to take it into account."),
            "choices": _choices(
                ("vegetarian", _("Vegetarian")),
                ("vegan", _("Vegan")),
                ("gluten_free", _("Gluten free")),
                ("lactose_free", _("Lactose free")),
                ("halal", _("Halal")),
                ("nuts", _("Allergic to nuts")),
            ),
            "has_other": True,
            "purpose": _("To order food that you can eat"),
        },
        {
            **_SPECIAL,
            "label": _("What do you need to be able to take part?"),
            "field_type": QuestionType.MULTILINE,
            "help_text": _("For example step-free access, a hearing loop or an interpreter."),
            "purpose": _("To make it possible for you to take part"),
        },
        {
            "label": _("How will you travel?"),
            "field_type": QuestionType.RADIO,
            "choices": _choices(
                ("public_transport", _("Train or bus")),
                ("bicycle", _("Bicycle")),
                ("car", _("Car")),
                ("on_foot", _("On foot")),
            ),
            "purpose": _("To plan parking and times"),
        },
    ]


def _consents() -> list[Row]:
    return [
        {
            **_CONSENT,
            "label": _("Photographs"),
            "statement": _(
                "You may take pictures in which I can be recognised, and use them to tell about "
                "this event. I can withdraw this at any time by writing to you."
            ),
            "purpose": _("To know whose picture we may use"),
        },
        {
            **_CONSENT,
            "label": _("News by e-mail"),
            "statement": _(
                "You may write to me about events and news of this kind. I can withdraw this at "
                "any time by writing to you."
            ),
            "purpose": _("To send you news"),
        },
    ]


def _about_us() -> list[Row]:
    return [
        {
            "label": _("How did you hear of us?"),
            "field_type": QuestionType.DROPDOWN,
            "choices": _choices(
                ("colleague", _("From a colleague or a friend")),
                ("newsletter", _("In a newsletter")),
                ("social_media", _("On social media")),
                ("press", _("In the press")),
                ("search", _("By searching the web")),
            ),
            "has_other": True,
            "purpose": _("To know where to tell about our events"),
        },
        {
            "label": _("What would you like to ask or add?"),
            "field_type": QuestionType.MULTILINE,
            "purpose": _("To prepare the day"),
        },
    ]
