"""The closed lists of the form builder."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionType(models.TextChoices):
    """What kind of answer a question asks for. The values are Wagtail's own where it has one."""

    SINGLELINE = "singleline", _("Single line of text")
    MULTILINE = "multiline", _("Several lines of text")
    EMAIL = "email", _("E-mail address")
    NUMBER = "number", _("Number")
    URL = "url", _("Web address")
    DATE = "date", _("Date")
    CHECKBOX = "checkbox", _("One checkbox")
    CHECKBOXES = "checkboxes", _("Checkboxes, several may be chosen")
    RADIO = "radio", _("Choices, one may be chosen")
    DROPDOWN = "dropdown", _("Drop-down list")


CHOICE_TYPES = frozenset({QuestionType.CHECKBOXES, QuestionType.RADIO, QuestionType.DROPDOWN})
"""Types whose answers are taken from a list that the editor writes."""


class Autocomplete(models.TextChoices):
    """The WCAG 1.3.5 tokens we offer, so that a browser can fill in what it knows of its user."""

    NAME = "name", _("Name")
    EMAIL = "email", _("E-mail")
    TELEPHONE = "tel", _("Telephone")
    ORGANISATION = "organization", _("Organisation")
    JOB_TITLE = "organization-title", _("Job title")
    STREET_ADDRESS = "street-address", _("Street address")
    POSTAL_CODE = "postal-code", _("Postal code")


class MessageState(models.TextChoices):
    """Where a mail is on its way out."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    ABORTED = "aborted", _("Overtaken, not sent")


UNFINISHED_MESSAGE_STATES = frozenset({MessageState.QUEUED, MessageState.SENDING})
"""States in which the dispatcher still has something to do."""
