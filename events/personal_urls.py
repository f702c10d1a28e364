"""Paths that a personal link leads to, in the person's language: include them at ``r/``."""

from django.urls import path

from .views.invitation import DeclineInvitationView, InvitationLinkView
from .views.own_page import OfferView, OwnCalendarView, OwnPageView
from .views.own_page_changes import ChangeAnswersView, ChangeEmailView
from .views.own_page_link import AddressChangedView, LinkSentView, SendLinkView
from .views.own_page_seat import CancelView, HandOverView, MoveView

app_name = "kommed_personal"

urlpatterns = [
    path("i/<str:token>/", InvitationLinkView.as_view(), name="invitation"),
    path("i/<str:token>/no/", DeclineInvitationView.as_view(), name="decline_invitation"),
    path("", SendLinkView.as_view(), name="send_link"),
    path("sendt/", LinkSentView.as_view(), name="link_sent"),
    path("adresse/", AddressChangedView.as_view(), name="address_changed"),
    path("<str:token>/", OwnPageView.as_view(), name="own_page"),
    path("<str:token>/svar/", ChangeAnswersView.as_view(), name="change_answers"),
    path("<str:token>/adresse/", ChangeEmailView.as_view(), name="change_email"),
    path("<str:token>/afmeld/", CancelView.as_view(), name="cancel"),
    path("<str:token>/flyt/", MoveView.as_view(), name="move"),
    path("<str:token>/overdrag/", HandOverView.as_view(), name="hand_over"),
    path("<str:token>/tilbud/", OfferView.as_view(), name="offer"),
    path("<str:token>/calendar.ics", OwnCalendarView.as_view(), name="own_calendar"),
]
