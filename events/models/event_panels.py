"""The tabs in which an editor writes an invitation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.models import Page

from forms.models.authoring import FixedQuestion
from forms.models.question_panels import QuestionsPanel

from .event_questions import AUDIENCE_KEY, SESSION_KEY

INVITATION_PANELS = [
    *Page.content_panels,
    FieldPanel("lead"),
    MultiFieldPanel(
        [
            FieldPanel("figure"),
            FieldPanel("figure_alt"),
            FieldRowPanel([FieldPanel("figure_caption"), FieldPanel("figure_credit")]),
        ],
        _("Figure"),
    ),
    FieldPanel("body"),
    InlinePanel("contacts", heading=_("Contacts"), label=_("contact")),
    FieldPanel("contact_email"),
]

SESSION_PANELS = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldPanel("time_zone"),
        ],
        _("When"),
    ),
    InlinePanel(
        "event_sessions",
        heading=_("Sessions"),
        label=_("session"),
        min_num=1,
        help_text=_("One for each place the event is held at."),
    ),
    FieldPanel("capacity"),
]

WAITING_LIST_PANEL = MultiFieldPanel(
    [
        FieldPanel("waiting_list_mode"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("offer_hours"), FieldPanel("lapse_rule")])],
            heading=_("When seats are offered"),
            help_text=_("Heeded only if the next in line is offered the seat, and answers."),
        ),
        FieldPanel("offers_by_mix"),
    ],
    _("Waiting list"),
    help_text=_(
        "Someone is on the waiting list when there was no seat for them. The page tells people how "
        "it works."
    ),
)

AUDIENCE_PANELS = [
    InlinePanel("hosts", heading=_("Who invites"), label=_("host")),
    InlinePanel(
        "audiences",
        heading=_("You are welcome if …"),
        label=_("audience"),
        help_text=_(
            "Each is a point in the list on the page. A name without a criterion can be chosen but "
            "is no point in the list."
        ),
    ),
    FieldPanel(
        "seat_matrix",
        heading=_("Seats for each audience"),
        help_text=_(
            "What is left empty is not limited. Seats that are kept for an audience are open to "
            "all after the day, or never if there is none. The page tells people what you say here."
        ),
    ),
]

FORM_PANELS = [
    MultiFieldPanel(
        [
            FieldPanel("registration_opens_at"),
            FieldRowPanel(
                [FieldPanel("registration_closes_on"), FieldPanel("registration_closes_time")]
            ),
            FieldPanel("way_in"),
            FieldPanel("applications_hold_seat"),
            FieldPanel("asks_second_choice"),
            FieldPanel("group_size"),
        ],
        _("Registration"),
    ),
    WAITING_LIST_PANEL,
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("reminder_days"), FieldPanel("thanks_days")])],
        _("Mails before and after"),
    ),
    HelpPanel(
        _(
            "Every registration asks for session, audience, name and e-mail. Below are the "
            "questions you ask besides."
        )
    ),
    QuestionsPanel(
        "questions",
        heading=_("Questions"),
        label=_("question"),
        fixed=[
            FixedQuestion(SESSION_KEY, _("Session"), "event_sessions"),
            FixedQuestion(AUDIENCE_KEY, _("Audience"), "audiences", only_if="is_choice"),
        ],
    ),
    FieldPanel("check_answers"),
]

LISTING_PANELS = [
    MultiFieldPanel(
        [FieldPanel("listing_image"), FieldPanel("listing_text")], _("In lists and when shared")
    ),
]


def event_edit_handler() -> Any:
    """Return the tabbed editor. A site with its own base page may pass other settings panels."""
    return TabbedInterface(
        [
            ObjectList(INVITATION_PANELS, heading=_("Invitation")),
            ObjectList(SESSION_PANELS, heading=_("Sessions")),
            ObjectList(AUDIENCE_PANELS, heading=_("Who it is for")),
            ObjectList(FORM_PANELS, heading=_("Registration form")),
            ObjectList(
                [*LISTING_PANELS, *Page.promote_panels, *Page.settings_panels],
                heading=_("Settings"),
            ),
        ]
    )
