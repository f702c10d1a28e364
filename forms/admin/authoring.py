"""What the question editor asks the server for: ready questions, and the forms of other pages."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.permission_policies.pages import PagePermissionPolicy

from ..queries.authoring import library, pages_to_copy_from, rows_of_page

app_name = "kommed_forms_authoring"

LONGEST_ID = 19
"""Digits of the largest number that a database gives to a page."""


@require_GET
@never_cache
def library_view(request: HttpRequest) -> JsonResponse:
    """Return the ready questions in the language of the page that is being written."""
    if not PagePermissionPolicy().user_has_any_permission(request.user, {"add", "change"}):
        raise Http404
    language = request.GET.get("language", "")
    known = {code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES}
    return JsonResponse(library(language if language in known else settings.LANGUAGE_CODE))


@require_GET
@never_cache
def pages_view(request: HttpRequest) -> JsonResponse:
    """Return the pages whose form the editor may copy."""
    without = request.GET.get("without", "")
    pages = pages_to_copy_from(
        request.user,
        without=int(without) if without.isdecimal() and len(without) <= LONGEST_ID else None,
    )
    return JsonResponse(
        {
            "pages": [
                {
                    "id": page.pk,
                    "title": page.get_admin_display_title(),
                    "language": page.locale.get_display_name(),
                    "status": str(_("live") if page.live else _("draft")),
                }
                for page in pages
            ]
        }
    )


@require_GET
@never_cache
def rows_view(request: HttpRequest, pk: int) -> JsonResponse:
    """Return the questions of a page; one that the editor may not edit is not found."""
    rows = rows_of_page(request.user, pk)
    if rows is None:
        raise Http404
    return JsonResponse({"questions": rows})


urlpatterns = [
    path("library/", library_view, name="library"),
    path("pages/", pages_view, name="pages"),
    path("pages/<int:pk>/", rows_view, name="rows"),
]
