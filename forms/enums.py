"""The closed lists of the form builder."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionType(models.TextChoices):
    """The kinds of answer we know to ask for. The values are Wagtail's own where it has one.

    Other apps register more in ``forms.question_types``; this lists ours.
    """

    SINGLELINE = "singleline", _("Single line of text")
    MULTILINE = "multiline", _("Several lines of text")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Telephone number")
    URL = "url", _("Web address")
    ADDRESS = "address", _("Postal address")
    COUNTRY = "country", _("Country")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    TIME = "time", _("Time of day")
    DATETIME = "datetime", _("Date and time")
    CHECKBOX = "checkbox", _("One checkbox")
    CHECKBOXES = "checkboxes", _("Checkboxes, several may be chosen")
    RADIO = "radio", _("Choices, one may be chosen")
    DROPDOWN = "dropdown", _("Drop-down list")
    MULTISELECT = "multiselect", _("List, several may be chosen")
    CONSENT = "consent", _("Consent to a statement")
    FILE = "file", _("File")
    HIDDEN = "hidden", _("Hidden value, set by you")
    SECTION = "section", _("Section heading")
    EXPLANATION = "explanation", _("Explanatory text")


CHOICE_TYPES = frozenset(
    {
        QuestionType.CHECKBOXES,
        QuestionType.RADIO,
        QuestionType.DROPDOWN,
        QuestionType.MULTISELECT,
    }
)
"""Types whose answers are taken from a list that the editor writes."""

DISPLAY_TYPES = frozenset({QuestionType.SECTION, QuestionType.EXPLANATION})
"""Types that show something and take no answer."""


class Operator(models.TextChoices):
    """How a condition compares the answer that it looks at."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    CONTAINS = "contains", _("contains")
    IS_EMPTY = "is_empty", _("is not answered")
    IS_NOT_EMPTY = "is_not_empty", _("is answered")


OPERATORS_WITHOUT_VALUE = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
"""Operators that compare with nothing."""


class Join(models.TextChoices):
    """How several conditions are taken together."""

    ALL = "all", _("all of these")
    ANY = "any", _("any of these")


class Pattern(models.TextChoices):
    """The shapes that an editor may ask of a line of text; no expressions of their own."""

    DIGITS = "digits", _("Digits only")
    LETTERS = "letters", _("Letters only")
    POSTAL_CODE = "postal_code", _("Danish postal code, four digits")
    CVR = "cvr", _("Danish CVR number, eight digits")
    EAN = "ean", _("EAN number, thirteen digits")
    NO_LINKS = "no_links", _("No web addresses")


class PrivacyClass(models.TextChoices):
    """How carefully an answer has to be kept."""

    ORDINARY = "ordinary", _("Ordinary")
    CONFIDENTIAL = "confidential", _("Confidential")
    SPECIAL = "special", _("Special category: health, religion, politics, union and the like")


class LegalBasis(models.TextChoices):
    """Why we may ask at all: article 6(1) of the General Data Protection Regulation."""

    PUBLIC_TASK = "public_task", _("A task in the public interest, article 6(1)(e)")
    CONSENT = "consent", _("Consent, article 6(1)(a)")
    CONTRACT = "contract", _("An agreement with the person, article 6(1)(b)")
    LEGAL_OBLIGATION = "legal_obligation", _("A legal obligation, article 6(1)(c)")
    LEGITIMATE_INTERESTS = "legitimate_interests", _("Legitimate interests, article 6(1)(f)")


class SpecialBasis(models.TextChoices):
    """Why we may ask for special categories: article 9(2) of the same regulation."""

    EXPLICIT_CONSENT = "explicit_consent", _("Explicit consent, article 9(2)(a)")
    MADE_PUBLIC = "made_public", _("The person has made it public, article 9(2)(e)")
    SUBSTANTIAL_INTEREST = (
        "substantial_interest",
        _("Substantial public interest, article 9(2)(g)"),
    )
    SOCIAL_LAW = "social_law", _("Obligations in social and employment law, article 9(2)(b)")


KEEP_DAYS, KEEP_DAYS_SPECIAL = 90, 14
"""How many days an answer is kept unless the editor says otherwise."""


class FormRight(models.TextChoices):
    """What one may do with the submissions of a form. Each is a column of ``FormAccess``."""

    VIEW = "view", _("See")
    SENSITIVE = "sensitive", _("See answers of special categories")
    EXPORT = "export", _("Export")
    DELETE = "delete", _("Delete")


class Suspicion(models.TextChoices):
    """Why a submission looks like a machine's; it is shown to staff, never a reason to drop it."""

    HONEYPOT = "honeypot", _("A field was filled in that people do not see")
    HONEYPOT_ONCE = (
        "honeypot_once",
        _("A field was filled in that people do not see, but not the second time"),
    )
    TOO_FAST = "too_fast", _("Sent faster than anybody reads")
    NO_TOKEN = "no_token", _("Sent without having opened the page")
    TOO_MANY = "too_many", _("Many from the same network in a short time")


HELD = frozenset({Suspicion.HONEYPOT})
"""What a person must look at before the submission counts. The others are only noted."""


class Autocomplete(models.TextChoices):
    """The WCAG 1.3.5 tokens we offer, so that a browser can fill in what it knows of its user."""

    NAME = "name", _("Name")
    EMAIL = "email", _("E-mail")
    TELEPHONE = "tel", _("Telephone")
    ORGANISATION = "organization", _("Organisation")
    JOB_TITLE = "organization-title", _("Job title")
    STREET_ADDRESS = "street-address", _("Street address")
    POSTAL_CODE = "postal-code", _("Postal code")
    CITY = "address-level2", _("Town")
    COUNTRY = "country", _("Country")
    URL = "url", _("Web address")
    BIRTHDAY = "bday", _("Date of birth")


class MessageState(models.TextChoices):
    """Where a mail is on its way out."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    ABORTED = "aborted", _("Overtaken, not sent")


UNFINISHED_MESSAGE_STATES = frozenset({MessageState.QUEUED, MessageState.SENDING})
"""States in which the dispatcher still has something to do."""


class Delivery(models.TextChoices):
    """What became of a mail after it left us, as its provider tells. It only moves forward."""

    DEFERRED = "deferred", _("Delayed")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Called spam by the recipient")


DELIVERY_TROUBLE = frozenset({Delivery.BOUNCED, Delivery.COMPLAINED})
"""After these an address gets no bulk mail, and staff are told."""


class MessagePriority(models.IntegerChoices):
    """What leaves first. Many mails at once hold up nobody's confirmation."""

    PERSONAL = 0, _("At once")
    BULK = 5, _("After those to single persons")
    STAFF = 9, _("Last")


class NoticePace(models.TextChoices):
    """How often somebody of staff hears of what is new."""

    NEVER = "", _("Never")
    AT_ONCE = "at_once", _("At once")
    HOURLY = "hourly", _("Together, once an hour")
    DAILY = "daily", _("Together, once a day")


AUTOCOMPLETE_OF_TYPE: dict[str, str] = {
    QuestionType.EMAIL: Autocomplete.EMAIL,
    QuestionType.PHONE: Autocomplete.TELEPHONE,
    QuestionType.COUNTRY: Autocomplete.COUNTRY,
}
"""What a browser may fill in where the editor has not said anything else."""
