"""The rows of an event page: sessions, audiences, hosts, contacts and questions."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Orderable, TranslatableMixin
from wagtail.snippets.blocks import SnippetChooserBlock

from forms.fields import RowKeyField
from forms.models import AbstractQuestion
from forms.models.question_panels import row_key_panel
from forms.translation import same_in_every_language

from ..blocks import ContactBlock
from ..enums import WayIn
from .ledger import MAX_CAPACITY
from .snippets import Host, Venue

EVENT_PAGE = "kommed_events.EventPage"


class EventSession(TranslatableMixin, Orderable):
    """One gathering of the event, at one place."""

    page = ParentalKey(EVENT_PAGE, on_delete=models.CASCADE, related_name="event_sessions")
    row_key = RowKeyField()
    name = models.CharField(
        _("name"),
        max_length=80,
        help_text=_("What people choose by, usually the town: “Aalborg”."),
    )
    heading = models.CharField(
        _("heading"), max_length=200, blank=True, help_text=_("The angle this session takes.")
    )
    description = RichTextField(
        _("description"), features=["bold", "italic", "link", "ul", "ol"], blank=True
    )
    image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    venue = models.ForeignKey(
        Venue,
        verbose_name=_("venue"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    co_hosts = StreamField(
        [("host", SnippetChooserBlock("kommed_events.Host", label=_("Host")))],
        verbose_name=_("co-hosts"),
        blank=True,
    )
    contacts = StreamField(
        [("contact", ContactBlock())], verbose_name=_("contacts of this session"), blank=True
    )
    capacity = models.PositiveIntegerField(
        _("seats"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_CAPACITY)],
        help_text=_("Leave empty for no limit. When the seats are taken there is a waiting list."),
    )
    starts_at = models.DateTimeField(
        _("starts"), null=True, blank=True, help_text=_("Only if it differs from the event.")
    )
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("heading"),
        FieldPanel("description"),
        FieldPanel("image"),
        FieldPanel("venue"),
        FieldPanel("capacity"),
        FieldPanel("co_hosts"),
        FieldPanel("contacts"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        row_key_panel(),
    ]
    override_translatable_fields = same_in_every_language(
        "row_key", "capacity", "starts_at", "ends_at"
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        """The name people choose by."""
        return str(self.name)


class EventAudience(TranslatableMixin, Orderable):
    """A group the event is for, or a criterion that holds for everyone."""

    page = ParentalKey(EVENT_PAGE, on_delete=models.CASCADE, related_name="audiences")
    row_key = RowKeyField()
    name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("What people choose: “Politician”.")
    )
    criterion = models.TextField(
        _("you are welcome if …"),
        max_length=600,
        blank=True,
        help_text=_("Goes on after “You are welcome if”: “you are a politician and …”."),
    )
    is_choice = models.BooleanField(
        _("people choose this"),
        default=True,
        help_text=_("Untick for a criterion that holds for everyone."),
    )
    way_in = models.CharField(
        _("how this audience gets a seat"),
        max_length=16,
        choices=[("", _("As everyone at this event")), *WayIn.choices],
        blank=True,
        default="",
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("criterion"),
        FieldPanel("is_choice"),
        FieldPanel("way_in"),
        row_key_panel(),
    ]
    override_translatable_fields = same_in_every_language("row_key", "is_choice", "way_in")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self) -> str:
        """The name, or the start of the criterion."""
        return str(self.name or self.criterion[:40])


class EventHost(Orderable):
    """An organisation that invites to the event."""

    page = ParentalKey(EVENT_PAGE, on_delete=models.CASCADE, related_name="hosts")
    host = models.ForeignKey(
        Host, verbose_name=_("host"), on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(
        _("role"), max_length=80, blank=True, help_text=_("For example “Host” or “In partnership”.")
    )

    panels = [FieldRowPanel([FieldPanel("host"), FieldPanel("role")])]

    class Meta(Orderable.Meta):
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def __str__(self) -> str:
        """The organisation's name."""
        return str(self.host)


class EventContact(Orderable):
    """Somebody to ask about the event."""

    page = ParentalKey(EVENT_PAGE, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("title")]),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        """The contact's name."""
        return str(self.name)


class EventQuestion(AbstractQuestion):
    """A question on the registration form, beside those that every registration asks."""

    page = ParentalKey(EVENT_PAGE, on_delete=models.CASCADE, related_name="questions")

    class Meta(AbstractQuestion.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
