"""Paths of writing to many, below an event's own at the desk."""

from django.urls import path

from .mailings import MailingListView, MailingStopView, MailingView
from .mailings_people import MailingPeopleView, PeopleView
from .mailings_review import MailingReviewView
from .mailings_write import MailingWordsView

mailing_patterns = [
    path("<uuid:event_key>/mailings/", MailingListView.as_view(), name="mailings"),
    path(
        "<uuid:event_key>/mailings/results/",
        MailingListView.as_view(results_only=True),
        name="mailings_results",
    ),
    path("<uuid:event_key>/mailings/new/", PeopleView.as_view(), name="mailing_new"),
    path("<uuid:event_key>/mailings/<uuid:mailing_uuid>/", MailingView.as_view(), name="mailing"),
    path(
        "<uuid:event_key>/mailings/<uuid:mailing_uuid>/people/",
        MailingPeopleView.as_view(),
        name="mailing_people",
    ),
    path(
        "<uuid:event_key>/mailings/<uuid:mailing_uuid>/words/",
        MailingWordsView.as_view(),
        name="mailing_words",
    ),
    path(
        "<uuid:event_key>/mailings/<uuid:mailing_uuid>/review/",
        MailingReviewView.as_view(),
        name="mailing_review",
    ),
    path(
        "<uuid:event_key>/mailings/<uuid:mailing_uuid>/stop/",
        MailingStopView.as_view(),
        name="mailing_stop",
    ),
]
