"""What an organisation says of itself, once for the whole site."""

from __future__ import annotations

from typing import Any

import swapper
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string

swapper.set_app_prefix("wagtailcore", "wagtail")


@register_setting(icon="site")
class OrganisationSettings(BaseSiteSetting):
    """Name, logo and addresses, shown in the header, the footer and the mails."""

    name = models.CharField(_("organisation"), max_length=120, blank=True)
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    privacy_page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("privacy page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("How you treat people's data; the footer leads there."),
    )
    accessibility_statement_url = models.URLField(
        _("accessibility statement"),
        blank=True,
        help_text=_("The address at was.digst.dk; the footer and /was lead there."),
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("logo")], _("Organisation")),
        MultiFieldPanel(
            [FieldPanel("email"), FieldPanel("phone"), FieldPanel("address")], _("Contact")
        ),
        FieldPanel("privacy_page"),
        FieldPanel("accessibility_statement_url"),
    ]

    class Meta:
        verbose_name = _("organisation")

    def __str__(self) -> str:
        """The organisation's name."""
        return str(self.name)

    @classmethod
    def for_site(cls, site: Any) -> OrganisationSettings:
        """Return the settings of ``site``, empty ones where nothing has been written yet.

        Wagtail's own creates the row. Reading a page must write nothing: it has to work while
        somebody else holds the database.
        """
        if site is None:
            raise cls.DoesNotExist
        return cls.base_queryset().filter(site=site).first() or cls(site=site)
