"""Nobody serves a public site with the log-ins that everybody knows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import Error, run_checks

from cms.demo.people import PASSWORD, USERS
from cms.demo_guard import DEMO_USERNAMES, demo_logins, refuse_demo_logins
from cms.management.commands.demo import Command
from tests.factories import UserFactory

REFUSAL = "kommed: demo log-ins on a public site: admin, staff. Delete them first."


@pytest.fixture(autouse=True)
def _public(settings: Any) -> None:
    """The site is served beyond this machine."""
    settings.KOMMED_DEMO_ALLOWED = False


@pytest.fixture
def logins(db: None) -> list[Any]:
    """Two of the demo's users, as the demo makes them."""
    return [UserFactory(username=name, password=PASSWORD) for name in ("admin", "staff")]


def deploy_errors() -> list[Any]:
    found = run_checks(include_deployment_checks=True, databases=["default"])
    return [(type(error), error.msg) for error in found if error.id == "kommed_cms.E001"]


def test_the_guard_knows_everybody_that_the_demo_makes() -> None:
    assert set(DEMO_USERNAMES) == {login.username for login in USERS}


def test_a_public_site_with_demo_log_ins_does_not_start(logins: list[Any]) -> None:
    with pytest.raises(SystemExit) as refusal:
        refuse_demo_logins()

    assert refusal.value.code == REFUSAL
    assert deploy_errors() == [(Error, "Demo log-ins exist: admin, staff.")]


def test_this_machine_may_have_them(logins: list[Any], settings: Any) -> None:
    settings.KOMMED_DEMO_ALLOWED = True

    refuse_demo_logins()

    assert deploy_errors() == []


@pytest.mark.parametrize("remedy", ["password", "is_active", "deleted"])
def test_a_log_in_that_nobody_knows_any_more_is_no_obstacle(logins: list[Any], remedy: str) -> None:
    for user in logins:
        if remedy == "password":
            user.set_password("noget-som-ingen-kender")
            user.save()
        elif remedy == "is_active":
            user.is_active = False
            user.save()
        else:
            user.delete()

    refuse_demo_logins()

    assert demo_logins() == []
    assert deploy_errors() == []


def test_one_that_is_left_is_enough(logins: list[Any]) -> None:
    get_user_model().objects.filter(username="admin").delete()

    with pytest.raises(SystemExit, match=r"on a public site: staff\."):
        refuse_demo_logins()


def test_the_demo_is_stopped_once_however_often_it_is_told() -> None:
    demo = Command()
    with pytest.raises(KeyboardInterrupt):
        demo._stop()
    demo._stop()
    with pytest.raises(KeyboardInterrupt):
        Command()._stop()
