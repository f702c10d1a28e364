"""Answers about the site itself."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_safe

from forms.models import WorkerHeartbeat

from .models import OrganisationSettings


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether database, migrations and worker are as they should be; 503 if one is not."""
    checks = {"database": False, "migrations": False, "worker": False}
    try:
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["worker"] = checks["migrations"] and WorkerHeartbeat.is_alive()
    except Exception as error:  # noqa: BLE001 (whatever is wrong with the database, we are not ready)
        checks["database"] = False
        return JsonResponse(checks | {"error": type(error).__name__}, status=503)
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@require_safe
def accessibility_statement(request: HttpRequest) -> HttpResponse:
    """Lead to the statement that Danish public bodies must have under this short address."""
    url = OrganisationSettings.for_request(request).accessibility_statement_url
    if not url:
        raise Http404
    return HttpResponseRedirect(url)
