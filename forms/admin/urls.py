"""Paths of the desk, below the admin's own."""

from django.urls import path

from .export import ExportView
from .forms import FormListView
from .submission import DeleteManyView, DeleteOneView, SubmissionView
from .submissions import SubmissionListView
from .uploads import SubmissionUploadView

app_name = "kommed_forms_desk"

urlpatterns = [
    path("", FormListView.as_view(), name="forms"),
    path("results/", FormListView.as_view(results_only=True), name="forms_results"),
    path("<uuid:form_key>/", SubmissionListView.as_view(), name="submissions"),
    path(
        "<uuid:form_key>/results/",
        SubmissionListView.as_view(results_only=True),
        name="submissions_results",
    ),
    path("<uuid:form_key>/export/", ExportView.as_view(), name="export"),
    path("<uuid:form_key>/delete/", DeleteManyView.as_view(), name="delete_many"),
    path("<uuid:form_key>/<uuid:submission_uuid>/", SubmissionView.as_view(), name="submission"),
    path(
        "<uuid:form_key>/<uuid:submission_uuid>/files/<slug:question_key>/",
        SubmissionUploadView.as_view(),
        name="upload",
    ),
    path(
        "<uuid:form_key>/<uuid:submission_uuid>/delete/",
        DeleteOneView.as_view(),
        name="delete",
    ),
]
