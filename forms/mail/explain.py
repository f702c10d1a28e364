"""What the last error of a mail means, in words, and what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

TEMPORARY_SMTP = range(400, 500)


@dataclass(frozen=True)
class Explanation:
    """One error for people: what happened, what to do, and what it is called for whoever asks."""

    what: Any
    advice: Any
    code: str


BY_ITSELF = _("You need not do anything: it is tried again by itself.")
TELL_OPERATOR = _("Tell whoever runs the site, and send again when it has been put right.")
CHECK_ADDRESS = _(
    "Look whether the address has a slip of the pen. When it is right, send the mail again."
)

ADDRESS_REFUSED = (
    _("The recipient's mail server does not take mail to this address."),
    CHECK_ADDRESS,
)
ADDRESS_LATER = (
    _("The recipient's mail server did not take mail to this address then."),
    BY_ITSELF,
)
ADDRESS_WRONG = (_("This is no address that a mail can be sent to."), CHECK_ADDRESS)
LOG_IN = (
    _("The mail server refuses our log-in."),
    _("Nothing leaves until whoever runs the site has put the user name, password or key right."),
)
NO_ANSWER = (_("The mail server did not answer in time."), BY_ITSELF)
NO_CONNECTION = (_("The mail server could not be reached."), BY_ITSELF)
BROKE_OFF = (_("The connection to the mail server broke off."), BY_ITSELF)
NO_SUCH_SERVER = (
    _("The mail server's name is not known on the network."),
    _("It is tried again by itself. If it goes on, tell whoever runs the site."),
)
NOT_SECURE = (
    _("No secure connection to the mail server could be made."),
    _("It is tried again by itself. If it goes on, tell whoever runs the site."),
)
SENDER_REFUSED = (_("The mail server does not let us send from our address."), TELL_OPERATOR)
CONTENT_REFUSED = (
    _("The recipient's mail server refused the mail itself, perhaps as spam or as too large."),
    _("Reach the person in another way, or send the mail again later."),
)
SERVER_LATER = (_("The mail server could not take the mail then."), BY_ITSELF)
SERVER_REFUSED = (_("The mail server refused the mail."), TELL_OPERATOR)
TOO_MANY = (
    _("The mail provider asks us to send more slowly."),
    _("You need not do anything: the mail waits as long as the provider asks."),
)
PROVIDER_TROUBLE = (_("The mail provider has trouble of its own."), BY_ITSELF)
PROVIDER_REFUSED = (_("The mail provider did not accept the mail."), TELL_OPERATOR)
PROVIDER_ODD = (_("The mail provider's answer could not be understood."), BY_ITSELF)
NOT_SET_UP = (_("Mail is not set up rightly on this site."), TELL_OPERATOR)
CANNOT_BE_WRITTEN = (_("The mail could not be put into words."), TELL_OPERATOR)
KIND_GONE = (_("The site no longer knows this kind of mail."), TELL_OPERATOR)
CUT_OFF = (
    _("The sending was cut off in the middle, again and again."),
    TELL_OPERATOR,
)
UNKNOWN = (
    _("Something went wrong that we have no words for."),
    _("Tell whoever runs the site, with the code below."),
)

# By the name of the error; where the number with it says more, that is asked first.
BY_NAME: dict[str, tuple[Any, Any]] = {
    "SMTPRecipientsRefused": ADDRESS_REFUSED,
    "AnymailRecipientsRefused": ADDRESS_REFUSED,
    "AnymailInvalidAddress": ADDRESS_WRONG,
    "NotOneRecipient": ADDRESS_WRONG,
    "NoConnection": NO_CONNECTION,
    "MailNotTaken": NOT_SET_UP,
    "SMTPAuthenticationError": LOG_IN,
    "SMTPSenderRefused": SENDER_REFUSED,
    "SMTPDataError": CONTENT_REFUSED,
    "SMTPConnectError": NO_CONNECTION,
    "SMTPHeloError": SERVER_REFUSED,
    "SMTPNotSupportedError": NOT_SET_UP,
    "SMTPServerDisconnected": BROKE_OFF,
    "SMTPResponseException": SERVER_REFUSED,
    "SMTPException": SERVER_LATER,
    "ConnectionRefusedError": NO_CONNECTION,
    "ConnectionResetError": BROKE_OFF,
    "ConnectionAbortedError": BROKE_OFF,
    "BrokenPipeError": BROKE_OFF,
    "IncompleteRead": BROKE_OFF,
    "ConnectionError": NO_CONNECTION,
    "OSError": NO_CONNECTION,
    "TimeoutError": NO_ANSWER,
    "Timeout": NO_ANSWER,
    "ConnectTimeout": NO_ANSWER,
    "ReadTimeout": NO_ANSWER,
    "gaierror": NO_SUCH_SERVER,
    "SSLError": NOT_SECURE,
    "SSLCertVerificationError": NOT_SECURE,
    "AnymailAPIError": PROVIDER_TROUBLE,
    "AnymailRequestsAPIError": PROVIDER_TROUBLE,
    "AnymailAmazonSESAPIError": PROVIDER_TROUBLE,
    "AnymailUnsupportedFeature": PROVIDER_REFUSED,
    "AnymailSerializationError": CANNOT_BE_WRITTEN,
    "AnymailConfigurationError": NOT_SET_UP,
    "AnymailImproperlyInstalled": NOT_SET_UP,
    "ImproperlyConfigured": NOT_SET_UP,
    "BadHeaderError": CANNOT_BE_WRITTEN,
    "ValueError": CANNOT_BE_WRITTEN,
    "TemplateDoesNotExist": CANNOT_BE_WRITTEN,
    "TemplateSyntaxError": CANNOT_BE_WRITTEN,
    "UnicodeEncodeError": CANNOT_BE_WRITTEN,
    "PermissionError": NOT_SET_UP,
    "FileNotFoundError": NOT_SET_UP,
    "UnknownMessageKind": KIND_GONE,
}
SMTP_LATER: dict[str, tuple[Any, Any]] = {
    "SMTPRecipientsRefused": ADDRESS_LATER,
    "SMTPDataError": SERVER_LATER,
    "SMTPSenderRefused": SERVER_LATER,
    "SMTPResponseException": SERVER_LATER,
    "SMTPHeloError": SERVER_LATER,
}
PROVIDER_CODES: dict[int, tuple[Any, Any]] = {
    401: LOG_IN,
    403: LOG_IN,
    402: (_("The account at the mail provider is not paid for."), TELL_OPERATOR),
    408: NO_ANSWER,
    429: TOO_MANY,
    504: NO_ANSWER,
}


def explain(error: str) -> Explanation | None:
    """Return what ``error`` means, as ``errors.describe`` wrote it down; None without an error.

    What is not known gets a general sentence, and the code that somebody else may understand.
    """
    if not error:
        return None
    name, _space, number = error.partition(" ")
    code = int(number) if number.isdecimal() else 0
    what, advice = _words(name.rpartition(".")[2], code)
    return Explanation(what=what, advice=advice, code=error)


def _words(name: str, code: int) -> tuple[Any, Any]:
    if name.startswith("Anymail") and name.endswith("APIError"):
        if code in PROVIDER_CODES:
            return PROVIDER_CODES[code]
        if code in TEMPORARY_SMTP:  # in HTTP the caller's fault
            return PROVIDER_REFUSED
    if code in TEMPORARY_SMTP and name in SMTP_LATER:
        return SMTP_LATER[name]
    return BY_NAME.get(name, UNKNOWN)
