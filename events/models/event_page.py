"""The invitation: what editors write, and the two doors through which it reaches the ledger."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.models import FormMixin
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from forms.translation import same_in_every_language

from ..blocks import InvitationBlock
from ..enums import LapseRule, WaitingListMode, WayIn
from ..validators import validate_slug_is_free, validate_time_zone
from .event_page_form import STEERING_FIELDS, EventPageForm
from .event_panels import event_edit_handler
from .ledger import DEFAULT_OFFER_HOURS, MAX_CAPACITY

DEFAULT_TIME_ZONE = "Europe/Copenhagen"
RECEIPT_PATH = "kvittering"
CALENDAR_PATH = "calendar.ics"
GROUP_PATH = "flere"
PLACES_PATH = "pladser.json"
PARTS = (RECEIPT_PATH, CALENDAR_PATH, GROUP_PATH, PLACES_PATH)
"""What is answered below an event's page."""
MOST_OFFER_HOURS = 240
MOST_REMINDER_DAYS = 60
MOST_COLLEAGUES = 20


class EventPageMixin(FormMixin, models.Model):
    """Everything an event page is, for sites with their own base page as well as for ours.

    Content only: drafts, reverts, translations and copies of it change nothing in the ledger. Only
    ``save()`` of a whole page carries what steers registration over to ``EventRecord`` and
    ``SeatPool``.
    """

    lead = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("Two or three sentences that invite.")
    )
    figure = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    figure_alt = models.CharField(
        _("what the figure shows"),
        max_length=250,
        blank=True,
        help_text=_("Read aloud to those who cannot see it."),
    )
    figure_caption = models.CharField(_("caption"), max_length=250, blank=True)
    figure_credit = models.CharField(_("credit"), max_length=120, blank=True)
    body = StreamField(InvitationBlock(), verbose_name=_("text"), blank=True)

    starts_at = models.DateTimeField(_("starts"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default=DEFAULT_TIME_ZONE,
        validators=[validate_time_zone],
        help_text=_("All times on this page are in this zone."),
    )
    registration_opens_at = models.DateTimeField(
        _("registration opens"),
        null=True,
        blank=True,
        help_text=_("Leave empty to open when the page is published."),
    )
    registration_closes_on = models.DateField(
        _("last day to register"),
        null=True,
        blank=True,
        help_text=_(
            "Through the whole of that day, but never longer than until the event starts. Leave "
            "empty to close when it starts."
        ),
    )
    registration_closes_time = models.TimeField(
        _("at"), null=True, blank=True, help_text=_("Only if it closes earlier that day.")
    )
    way_in = models.CharField(
        _("how one gets a seat"), max_length=16, choices=WayIn.choices, default=WayIn.FIRST_COME
    )
    applications_hold_seat = models.BooleanField(
        _("applications hold a seat"),
        default=False,
        help_text=_(
            "When you choose among applications: an application takes a seat until it is decided, "
            "and when the seats are taken the next go on the waiting list."
        ),
    )
    waiting_list_mode = models.CharField(
        _("when a seat becomes free"),
        max_length=16,
        choices=WaitingListMode.choices,
        default=WaitingListMode.OFFER,
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours an offered seat is held"),
        default=DEFAULT_OFFER_HOURS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_OFFER_HOURS)],
        help_text=_(
            "An end at night or in a weekend is moved to the daytime of a weekday. Near the "
            "session it is shorter, and ends at another hour only if no such daytime is left."
        ),
    )
    lapse_rule = models.CharField(
        _("who lets an offer lapse goes"),
        max_length=16,
        choices=LapseRule.choices,
        default=LapseRule.REQUEUE,
    )
    offers_by_mix = models.BooleanField(
        _("the next seat goes to the audience furthest below its aim"),
        default=False,
        help_text=_("Otherwise strictly in order. The page says which it is."),
    )
    asks_second_choice = models.BooleanField(
        _("let people name a second choice of session"), default=True
    )
    group_size = models.PositiveSmallIntegerField(
        _("colleagues that one may register in one go"),
        default=8,
        validators=[MaxValueValidator(MOST_COLLEAGUES)],
        help_text=_("0 turns it off."),
    )
    seat_matrix = models.JSONField(
        _("seats for each audience at each session"), default=dict, blank=True
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("days before it that people are reminded"),
        null=True,
        blank=True,
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REMINDER_DAYS)],
        help_text=_(
            "Those who have a seat get a mail with the calendar file and a link for who cannot "
            "come. Empty for none."
        ),
    )
    thanks_days = models.PositiveSmallIntegerField(
        _("days after it that people are thanked"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REMINDER_DAYS)],
        help_text=_(
            "A mail to those who had a seat; write its text under Mail texts. Empty for none."
        ),
    )
    capacity = models.PositiveIntegerField(
        _("seats at the whole event"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_CAPACITY)],
        help_text=_("Only if there is a limit besides that of each session."),
    )
    check_answers = models.BooleanField(
        _("let people check their answers before they send them"), default=False
    )
    contact_email = models.EmailField(
        _("shared mailbox"), blank=True, help_text=_("Replies to our mails go here.")
    )
    listing_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture in lists"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Also used when the page is shared. Empty means the figure."),
    )
    listing_text = models.CharField(_("text in lists"), max_length=250, blank=True)

    base_form_class = EventPageForm
    template = "kommed_events/event_page.html"
    landing_page_template = "kommed_events/receipt.html"
    edit_handler = event_edit_handler()
    override_translatable_fields = same_in_every_language(*STEERING_FIELDS)

    preview_modes: ClassVar[list[tuple[str, Any]]] = [
        ("open", _("Open for registration")),
        ("not_yet_open", _("Not yet open")),
        ("closed", _("Closed")),
        ("full", _("All seats taken")),
        ("check", _("Check your answers")),
        ("receipt", _("Receipt")),
    ]

    class Meta:
        abstract = True

    # What the page means

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The event's time zone; the default one while a draft holds a name that does not exist."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo(DEFAULT_TIME_ZONE)

    @property
    def registration_closes_at(self) -> dt.datetime | None:
        """The first moment at which it is too late to register.

        A last day without a time counts through 23:59:59 in the event's zone, but never beyond the
        start of the event. Without a last day registration closes when the event starts.
        """
        if self.registration_closes_on is None:
            return self.starts_at
        if self.registration_closes_time is not None:
            naive = dt.datetime.combine(self.registration_closes_on, self.registration_closes_time)
        else:
            next_day = self.registration_closes_on + dt.timedelta(days=1)
            naive = dt.datetime.combine(next_day, dt.time())
        closes_at = naive.replace(tzinfo=self.zone).astimezone(dt.UTC)
        return closes_at if self.starts_at is None else min(closes_at, self.starts_at)

    @property
    def closes_within_a_day(self) -> bool:
        """Whether registration closes at a time that has to be said, not with the end of a day."""
        closes_at = self.registration_closes_at
        return closes_at is not None and closes_at.astimezone(self.zone).time() != dt.time()

    @property
    def event_key(self) -> uuid.UUID:
        """The key that ties this page, in every language, to its ledger."""
        key: uuid.UUID = self.translation_key
        return key

    # The bridge from content to ledger

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page and, when it is saved whole, the ledger with it, in one transaction.

        Not a signal: Wagtail's edit view publishes without ``Page.publish()``, and
        ``page_published`` fires for scheduled pages that are not live yet, always after the save.
        """
        from ..actions.publish import update_ledger  # noqa: PLC0415 (listed upward edge)

        if kwargs.get("update_fields") is not None:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            super().save(*args, **kwargs)
            update_ledger(page=self)

    # Serving

    is_known_to_be_public = False
    """Whether whoever found this page for a request has seen that no page is private."""

    def get_view_restrictions(self) -> Any:
        """Return who alone may see the page, as Wagtail does; nothing is asked if that is known."""
        if self.is_known_to_be_public:
            nobody = PageViewRestriction.objects.none()
            nobody._result_cache = []  # or a query is written, only to find that it finds nothing
            return nobody
        return super().get_view_restrictions()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Answer the page's own ``PARTS``, and posts to a page that was taken down.

        A visitor may have the form open when the page is unpublished; what they send is met with a
        plain page that says so, not with "not found".
        """
        is_part = len(path_components) == 1 and path_components[0] in PARTS
        if is_part and self.live:
            return RouteResult(self, kwargs={"part": path_components[0]})
        is_form = path_components in ([], [GROUP_PATH])
        if is_form and request.method == "POST" and not self.live:
            return RouteResult(self, kwargs={"part": "unpublished"})
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a visitor. The work is done in ``views.page``."""
        from ..views.page import serve_event_page  # noqa: PLC0415 (listed upward edge)

        return serve_event_page(request, self, part=kwargs.get("part"))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show an editor how the page looks in one of ``preview_modes``."""
        from ..views.preview import preview_event_page  # noqa: PLC0415 (listed upward edge)

        return preview_event_page(request, self, mode_name)

    # Wagtail's form page contract, led to our own ledger

    def get_form_fields(self) -> Any:
        """Return the editor's questions."""
        return self.questions.all()

    def process_form_submission(self, form: Any) -> None:
        """Refuse: registrations come into being in ``actions.register`` alone."""
        raise NotImplementedError("Use events.actions.register.register()")

    def serve_submissions_list_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Lead Wagtail's list of submissions to our desk, which has rights of its own."""
        from ..views.page import redirect_to_desk  # noqa: PLC0415 (listed upward edge)

        return redirect_to_desk(self)

    def clean(self) -> None:
        """Check what the fields say of each other."""
        super().clean()
        from .event_checks import check_event_dates  # noqa: PLC0415 (thin method)

        check_event_dates(self)
        validate_slug_is_free(self.slug)


# Wagtail's managers and modelcluster's relations have no types that the plugin could resolve.
class EventPage(EventPageMixin, Page):  # type: ignore[django-manager-missing]  # noqa: DJ008
    """An invitation, under any page of a site with Wagtail's own base page."""

    class Meta:
        verbose_name = _("event page")
        verbose_name_plural = _("event pages")
