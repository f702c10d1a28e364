"""What events share: places and organisations."""

from __future__ import annotations

import functools
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.images import get_image_model_string
from wagtail.models import TranslatableMixin
from wagtail.search import index

ADDRESS_FEATURES = ["bold", "link", "ul"]


class Venue(index.Indexed, TranslatableMixin, models.Model):
    """A place with an address, used by any number of sessions."""

    name = models.CharField(_("name"), max_length=160)
    street = models.CharField(_("street and number"), max_length=160, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    city = models.CharField(_("town"), max_length=80)
    directions = RichTextField(_("how to get there"), features=ADDRESS_FEATURES, blank=True)
    accessibility = RichTextField(
        _("access for people with disabilities"),
        features=ADDRESS_FEATURES,
        blank=True,
        help_text=_("Step-free entrance, lift, toilet, hearing loop, parking, whom to call."),
    )
    map_url = models.URLField(
        _("link to a map"),
        blank=True,
        help_text=_("The page shows a link, never a map from elsewhere."),
    )

    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [FieldPanel("street"), FieldPanel("postal_code"), FieldPanel("city")], _("Address")
        ),
        FieldPanel("directions"),
        FieldPanel("accessibility"),
        FieldPanel("map_url"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["name"]

    def __str__(self) -> str:
        """Name and town."""
        return f"{self.name}, {self.city}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the venue; when its name or address is another now, the ledger follows.

        Not in the same transaction, as when a page is saved (``EventPageMixin.save``): the seats of
        every event that is held there would be locked until the last of them is done.
        """
        from ..actions.publish import venue_changed  # noqa: PLC0415 (listed upward edge)

        with transaction.atomic():
            stored = Venue.objects.select_for_update(no_key=True)
            before = stored.filter(pk=self.pk).first()
            super().save(*args, **kwargs)
            after = stored.get(pk=self.pk)
            if before is not None and before.place != after.place:
                transaction.on_commit(functools.partial(venue_changed, venue=after))

    @property
    def place(self) -> tuple[str, str]:
        """What calendars show of it."""
        return self.name, self.address

    @property
    def address(self) -> str:
        """The address on one line."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.street, town) if part)


class Host(index.Indexed, models.Model):
    """An organisation that invites, or that is a co-host of a session."""

    name = models.CharField(_("name"), max_length=160)
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    url = models.URLField(_("web address"), blank=True)

    panels = [FieldPanel("name"), FieldPanel("logo"), FieldPanel("url")]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["name"]

    def __str__(self) -> str:
        """The organisation's name."""
        return str(self.name)
