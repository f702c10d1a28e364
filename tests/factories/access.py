"""People who log in, and what they may do."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from events.models import EventAccess

PASSWORD = "kommed-test"


class GroupFactory(DjangoModelFactory[Group]):
    """A group of users."""

    name = factory.Sequence(lambda n: f"Gruppe {n}")

    class Meta:
        model = Group


class UserFactory(DjangoModelFactory[Any]):
    """Somebody who can log in, and may do nothing."""

    username = factory.Sequence(lambda n: f"bruger{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.dk")
    password = factory.django.Password(PASSWORD)

    class Meta:
        model = get_user_model()


class EventAccessFactory(DjangoModelFactory[EventAccess]):
    """The right to see the registrations of an event, and no other right unless told."""

    user = factory.SubFactory(UserFactory)

    class Meta:
        model = EventAccess
