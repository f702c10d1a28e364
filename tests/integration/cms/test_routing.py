"""Which page an address leads to: the one that Wagtail's own way leads to."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.views import serve

from cms.routing import OnlySiteMiddleware
from tests.factories import (
    EventIndexPageFactory,
    HomePageFactory,
    MadeSite,
    StandardPageFactory,
    make_event,
)

pytestmark = pytest.mark.django_db


def site_of(host: str, port: int = 80) -> Site | None:
    """Return the site that a request is found to be for, once the middleware has looked at it."""
    request = RequestFactory().get("/", HTTP_HOST=host, SERVER_PORT=str(port))
    OnlySiteMiddleware.process_view(request, serve, (), {})
    found: Site | None = Site.find_for_request(request)
    return found


def wagtails_own(host: str) -> Site | None:
    found: Site | None = Site.find_for_request(RequestFactory().get("/", HTTP_HOST=host))
    return found


def test_the_only_site_is_asked_whatever_it_is_called_by(site: MadeSite) -> None:
    for host in ("localhost", "www.example.dk", "127.0.0.1:8000"):
        found = site_of(host)
        assert found == wagtails_own(host) == site.site
        assert found is not None
        assert found.root_page.specific == site.home.specific


def test_of_several_sites_each_has_its_own_name(site: MadeSite) -> None:
    root = Page.objects.get(depth=1)
    other = Site.objects.create(
        hostname="andre.example.dk", root_page=HomePageFactory(parent=root, slug="andre")
    )
    assert site_of("andre.example.dk") == wagtails_own("andre.example.dk") == other
    assert site_of("www.example.dk") == wagtails_own("www.example.dk") == site.site


def test_an_only_site_that_is_not_the_default_answers_to_its_name_alone(site: MadeSite) -> None:
    Site.objects.update(hostname="www.example.dk", is_default_site=False)
    assert site_of("www.example.dk") == wagtails_own("www.example.dk") == site.site
    assert site_of("andre.example.dk") is wagtails_own("andre.example.dk") is None


def test_pages_of_every_kind_are_found_where_they_stand(site: MadeSite) -> None:
    home = site.site.root_page
    event = make_event(slug="lige-her")
    plain = StandardPageFactory(parent=home, slug="om-os")
    index = EventIndexPageFactory(parent=home, slug="alle")
    deeper = make_event(slug="laengere-nede", parent=index)
    for path, page in {
        "/lige-her/": event.page,
        "/om-os/": plain,
        "/alle/": index,
        "/alle/laengere-nede/": deeper.page,
    }.items():
        request = RequestFactory().get(path, HTTP_HOST="localhost")
        route = Page.route_for_request(request, path.strip("/"))
        assert route is not None
        assert route[0].specific == page.specific


@pytest.mark.parametrize("path", ["laengere-nede", "lige-her/alle", "findes-ikke"])
def test_an_event_is_found_nowhere_else(site: MadeSite, path: str) -> None:
    index = EventIndexPageFactory(parent=site.site.root_page, slug="alle")
    make_event(slug="lige-her")
    make_event(slug="laengere-nede", parent=index)
    home = Page.objects.get(pk=site.home.pk).specific
    with pytest.raises(Http404):
        home.route(RequestFactory().get("/"), path.split("/"))


def test_an_event_that_is_not_published_is_not_found(site: MadeSite, client: Client) -> None:
    made: Any = make_event(slug="kladde", published=False)
    assert client.get("/kladde/").status_code == 404
    made.page.save_revision().publish()
    assert client.get("/kladde/").status_code == 200


@pytest.mark.parametrize("private", ["event", "home"])
def test_what_only_some_may_see_stays_so(site: MadeSite, client: Client, private: str) -> None:
    made, other = make_event(slug="lukket"), make_event(slug="anden")
    assert [client.get(each.url).status_code for each in (made, other)] == [200, 200]
    page = made.page if private == "event" else Page.objects.get(pk=site.home.pk)
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    found = [client.get(each.url).status_code for each in (made, other)]
    assert found == ([302, 200] if private == "event" else [302, 302])
    assert client.post(made.url).status_code == 302
    restriction.delete()
    assert client.get(made.url).status_code == 200


def test_each_language_has_its_own_front_page(site: MadeSite, client: Client) -> None:
    for path, code, language in (("/", "da", "da"), ("/en/", "en", "en")):
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["Content-Language"] == language
        assert response.context["page"].locale.language_code == code
    assert response.context["page"].pk == site.home_en.pk
