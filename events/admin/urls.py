"""Paths of the staff desk, below the admin's own."""

from django.urls import path

from .address import RegistrationAddressView
from .board import BoardDecideView, BoardView
from .detail import RegistrationDecideView, RegistrationDetailView
from .event_changes import EventChangesView, EventChangeView
from .events import EventListView
from .invitations import InvitationListView, RemindView, WithdrawView
from .invitations_new import InviteView
from .lottery import LotteryResultView, LotteryView
from .mailing_urls import mailing_patterns
from .move import RegistrationMoveView
from .outbox_urls import outbox_patterns
from .registrations import RegistrationListView
from .revoke_link import RegistrationRevokeLinkView
from .todos import TodoDoneView
from .uploads import RegistrationUploadView

app_name = "kommed_events_desk"

urlpatterns = [
    path("", EventListView.as_view(), name="events"),
    path("results/", EventListView.as_view(results_only=True), name="events_results"),
    *outbox_patterns,
    path("to-do/<uuid:todo_uuid>/done/", TodoDoneView.as_view(), name="todo_done"),
    path("<uuid:event_key>/", RegistrationListView.as_view(), name="registrations"),
    path(
        "<uuid:event_key>/results/",
        RegistrationListView.as_view(results_only=True),
        name="registrations_results",
    ),
    path("<uuid:event_key>/invitations/", InvitationListView.as_view(), name="invitations"),
    path(
        "<uuid:event_key>/invitations/results/",
        InvitationListView.as_view(results_only=True),
        name="invitations_results",
    ),
    path("<uuid:event_key>/invitations/new/", InviteView.as_view(), name="invite"),
    path("<uuid:event_key>/invitations/remind/", RemindView.as_view(), name="invitations_remind"),
    path(
        "<uuid:event_key>/invitations/<uuid:invitation_uuid>/withdraw/",
        WithdrawView.as_view(),
        name="invitation_withdraw",
    ),
    path("<uuid:event_key>/change/", EventChangesView.as_view(), name="event_changes"),
    path("<uuid:event_key>/change/<slug:task>/", EventChangeView.as_view(), name="event_change"),
    *mailing_patterns,
    path("<uuid:event_key>/board/", BoardView.as_view(), name="board"),
    path("<uuid:event_key>/board/decide/", BoardDecideView.as_view(), name="board_decide"),
    path("<uuid:event_key>/lottery/", LotteryView.as_view(), name="lottery"),
    path(
        "<uuid:event_key>/lottery/<int:lottery_id>/",
        LotteryResultView.as_view(),
        name="lottery_result",
    ),
    path(
        "<uuid:event_key>/<uuid:registration_uuid>/",
        RegistrationDetailView.as_view(),
        name="detail",
    ),
    path(
        "<uuid:event_key>/<uuid:registration_uuid>/files/<slug:question_key>/",
        RegistrationUploadView.as_view(),
        name="upload",
    ),
    path(
        "<uuid:event_key>/<uuid:registration_uuid>/decide/",
        RegistrationDecideView.as_view(),
        name="decide",
    ),
    path(
        "<uuid:event_key>/<uuid:registration_uuid>/move/",
        RegistrationMoveView.as_view(),
        name="move",
    ),
    path(
        "<uuid:event_key>/<uuid:registration_uuid>/address/",
        RegistrationAddressView.as_view(),
        name="address",
    ),
    path(
        "<uuid:event_key>/<uuid:registration_uuid>/link/",
        RegistrationRevokeLinkView.as_view(),
        name="revoke_link",
    ),
]
