"""What anymail's providers need, and how each proves that it is the one who tells us something.

Read by settings: nothing here may import Django. Names are those of anymail's settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHARED_SECRET = "WEBHOOK_SECRET"  # noqa: S105 (the name of a setting)


@dataclass(frozen=True)
class Provider:
    """One provider that mail can leave through.

    ``tracking`` is the name of anymail's view for what it tells of mails; without one it tells
    nothing. Of ``signatures``, any one that is set proves who is calling; ``takes_secret`` says
    whether the shared secret alone does, too. ``package`` is what must be importable to send at
    all, ``signature_package`` what must be for its signature.
    """

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    tracking: str = ""
    signatures: tuple[str, ...] = ()
    takes_secret: bool = True
    package: str = ""
    signature_package: str = ""

    def is_open(self, settings: Mapping[str, Any]) -> bool:
        """Return whether anybody could tell us in its name, as anymail's ``settings`` are."""
        if not self.tracking:
            return False
        enough = self.signatures + ((SHARED_SECRET,) if self.takes_secret else ())
        return not any(settings.get(name) for name in enough)

    @property
    def what_would_close_it(self) -> str:
        """The variables of which one has to be set, in words."""
        names = list(self.signatures)
        if self.takes_secret:
            names.append(f"ANYMAIL_{SHARED_SECRET}")
        return " or ".join(names)


PROVIDERS: dict[str, Provider] = {
    "amazon_ses": Provider(
        may=("AMAZON_SES_CONFIGURATION_SET_NAME", "AMAZON_SES_MESSAGE_TAG_NAME"),
        tracking="AmazonSESTrackingWebhookView",
        package="boto3",
    ),
    "brevo": Provider(
        needs=("BREVO_API_KEY",), may=("BREVO_API_URL",), tracking="BrevoTrackingWebhookView"
    ),
    "mailersend": Provider(
        needs=("MAILERSEND_API_TOKEN",),
        may=("MAILERSEND_API_URL",),
        tracking="MailerSendTrackingWebhookView",
        signatures=("MAILERSEND_SIGNING_SECRET",),
        takes_secret=False,
    ),
    "mailgun": Provider(
        needs=("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
        may=("MAILGUN_API_URL",),
        tracking="MailgunTrackingWebhookView",
        # Without a signing key anymail takes the API key, which is what old accounts sign with.
        signatures=("MAILGUN_WEBHOOK_SIGNING_KEY", "MAILGUN_API_KEY"),
        takes_secret=False,
    ),
    "mailjet": Provider(
        needs=("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
        may=("MAILJET_API_URL",),
        tracking="MailjetTrackingWebhookView",
    ),
    "mailtrap": Provider(
        needs=("MAILTRAP_API_TOKEN",),
        may=("MAILTRAP_SANDBOX_ID", "MAILTRAP_API_URL"),
        tracking="MailtrapTrackingWebhookView",
        signatures=("MAILTRAP_TRACKING_SECRET",),
    ),
    "mandrill": Provider(
        needs=("MANDRILL_API_KEY",),
        may=("MANDRILL_API_URL", "MANDRILL_WEBHOOK_URL"),
        tracking="MandrillCombinedWebhookView",
        signatures=("MANDRILL_WEBHOOK_KEY",),
        takes_secret=False,
    ),
    "postal": Provider(
        needs=("POSTAL_API_KEY", "POSTAL_API_URL"),
        tracking="PostalTrackingWebhookView",
        signatures=("POSTAL_WEBHOOK_KEY",),
        takes_secret=False,
        signature_package="cryptography",
    ),
    "postmark": Provider(
        needs=("POSTMARK_SERVER_TOKEN",),
        may=("POSTMARK_MESSAGE_STREAM", "POSTMARK_API_URL"),
        tracking="PostmarkTrackingWebhookView",
    ),
    "resend": Provider(
        needs=("RESEND_API_KEY",),
        may=("RESEND_API_URL",),
        tracking="ResendTrackingWebhookView",
        signatures=("RESEND_SIGNING_SECRET",),
        signature_package="svix",
    ),
    "scaleway": Provider(
        needs=("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
        may=("SCALEWAY_REGION", "SCALEWAY_API_URL"),
    ),
    "sendgrid": Provider(
        needs=("SENDGRID_API_KEY",),
        may=("SENDGRID_API_URL",),
        tracking="SendGridTrackingWebhookView",
        signatures=("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",),
        signature_package="cryptography",
    ),
    "sparkpost": Provider(
        needs=("SPARKPOST_API_KEY",),
        may=("SPARKPOST_API_URL", "SPARKPOST_SUBACCOUNT"),
        tracking="SparkPostTrackingWebhookView",
    ),
    "unisender_go": Provider(
        needs=("UNISENDER_GO_API_KEY", "UNISENDER_GO_API_URL"),
        tracking="UnisenderGoTrackingWebhookView",
        signatures=("UNISENDER_GO_API_KEY",),
        takes_secret=False,
    ),
}
"""Every provider of anymail 15.2, by the name of its module. SendinBlue is called Brevo now."""


def backend_of(name: str) -> str:
    """Return the mail backend of the provider called ``name``."""
    return f"anymail.backends.{name}.EmailBackend"
