"""What a monitor is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from forms.models import WorkerHeartbeat
from forms.models.heartbeat import ALIVE_WITHIN

READY = {"database": True, "migrations": True, "worker": True}


def readiness() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


def beat(ago: dt.timedelta) -> None:
    WorkerHeartbeat.objects.create(beat_at=timezone.now() - ago)


def test_a_process_that_answers_is_healthy_even_without_its_database() -> None:
    response = Client().get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Content-Type"] == "text/plain"
    assert response.cookies == {}


def test_a_site_without_its_database_is_not_ready() -> None:
    status, checks = readiness()  # pytest-django refuses the database to this test

    assert status == 503
    assert checks == {
        "database": False,
        "migrations": False,
        "worker": False,
        "error": "RuntimeError",
    }


def test_a_site_without_a_worker_is_not_ready(db: None) -> None:
    assert readiness() == (503, READY | {"worker": False})


def test_a_site_with_a_worker_is_ready(db: None) -> None:
    WorkerHeartbeat.beat()

    assert readiness() == (200, READY)


@pytest.mark.parametrize(
    ("ago", "is_alive"),
    [(ALIVE_WITHIN - dt.timedelta(seconds=30), True), (ALIVE_WITHIN, False)],
)
def test_a_worker_counts_as_long_as_it_was_seen_lately(
    db: None, ago: dt.timedelta, is_alive: bool
) -> None:
    beat(ago)

    assert readiness() == (200 if is_alive else 503, READY | {"worker": is_alive})


def test_a_worker_has_one_heart(db: None) -> None:
    beat(dt.timedelta(days=1))

    WorkerHeartbeat.beat()

    assert WorkerHeartbeat.objects.count() == 1
    assert WorkerHeartbeat.is_alive()


def test_a_site_whose_migrations_have_not_run_is_not_ready(db: None) -> None:
    WorkerHeartbeat.beat()
    MigrationRecorder(connection).record_unapplied("kommed_forms", "0001_initial")

    assert readiness() == (503, {"database": True, "migrations": False, "worker": False})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_monitor_may_ask_and_not_send(db: None, path: str) -> None:
    WorkerHeartbeat.beat()

    assert Client().head(path).status_code == 200
    assert Client().post(path).status_code == 405
