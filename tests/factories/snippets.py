"""Places and organisations."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory
from wagtail.models import Locale

from events.models import Host, Venue


class VenueFactory(DjangoModelFactory[Venue]):
    """A place in a town."""

    name = factory.Sequence(lambda n: f"Medborgerhuset {n}")
    street = "Torvet 1"
    postal_code = "9000"
    city = "Aalborg"
    locale = factory.LazyFunction(Locale.get_default)

    class Meta:
        model = Venue


class HostFactory(DjangoModelFactory[Host]):
    """An organisation."""

    name = factory.Sequence(lambda n: f"Foreningen {n}")

    class Meta:
        model = Host
