"""The demo's pages besides the invitation: front pages, the list of events and the plain ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page, Site

from cms.models import OrganisationSettings
from home.models import EventIndexPage, HomePage, StandardPage

from . import facts
from .bodies import body_of
from .media import Shelf
from .shapes import PageWords, SiteWords

WELCOME_SLUG = "home"
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass
class LanguageTree:
    """The pages of one language."""

    words: SiteWords
    locale: Locale
    home: Any
    index: Any = None
    plain: dict[str, Any] = field(default_factory=dict)


def own_pages() -> Any:
    """Return the pages besides Wagtail's own: the root, and the one that welcomes."""
    welcome = Page.objects.filter(
        depth=2,
        slug=WELCOME_SLUG,
        content_type__app_label="wagtailcore",
        content_type__model="page",
    )
    return Page.objects.filter(depth__gt=1).exclude(pk__in=welcome.values("pk"))


def make_tree(source: SiteWords, other: SiteWords, *, shelf: Shelf) -> tuple[LanguageTree, ...]:
    """Make all pages but the invitation, and put the first language's front page at ``/``."""
    has_own_pages = own_pages().exists()
    locales = [
        Locale.objects.get_or_create(language_code=words.language)[0] for words in (source, other)
    ]
    root = Page.get_first_root_node()
    home = _draft(root, HomePage, source.home, locales[0])
    trees = (
        LanguageTree(source, locales[0], home),
        LanguageTree(other, locales[1], _translation(home, other.home, locales[1])),
    )
    _make_children(trees)
    site = _set_site(home, keep_welcome=has_own_pages)
    for tree in trees:
        _publish(tree, shelf)
    _set_organisation(site, trees[0])
    return trees


def _draft(parent: Any, model: Any, words: PageWords, locale: Locale) -> Any:
    """Add a page that is not published yet; its words come when all pages are there."""
    parent.refresh_from_db()
    slug = find_available_slug(parent, words.slug)
    page = model(title=words.title, slug=slug, locale=locale, live=False)
    return parent.add_child(instance=page)


def _translation(page: Any, words: PageWords, locale: Locale) -> Any:
    copy = page.copy_for_translation(locale)
    copy.slug = find_available_slug(copy.get_parent(), words.slug)
    copy.save()
    return copy


def _make_children(trees: tuple[LanguageTree, ...]) -> None:
    source, *others = trees
    source.index = _draft(source.home, EventIndexPage, source.words.index, source.locale)
    for name, words in source.words.plain_pages.items():
        source.plain[name] = _draft(source.home, StandardPage, words, source.locale)
    for tree in others:
        tree.index = _translation(source.index, tree.words.index, tree.locale)
        for name, page in source.plain.items():
            words = tree.words.plain_pages[name]
            tree.plain[name] = _translation(page, words, tree.locale)


def _set_site(home: Any, *, keep_welcome: bool) -> Site:
    """Serve the demo at ``/``, with the addresses that mails and calendars will carry."""
    address = urlsplit(settings.BASE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname = address.hostname or "localhost"
    site.port = address.port or DEFAULT_PORTS.get(address.scheme, 80)
    site.site_name = facts.ORGANISATION
    site.root_page = home
    site.save()
    if not keep_welcome:
        for page in Page.objects.filter(depth=2, slug=WELCOME_SLUG):
            page.delete()
    Site.clear_site_root_paths_cache()
    return site


def _set_organisation(site: Site, tree: LanguageTree) -> None:
    OrganisationSettings.objects.update_or_create(
        site=site,
        defaults={
            "name": facts.ORGANISATION,
            "email": facts.EMAIL,
            "phone": facts.PHONE,
            "address": facts.ADDRESS,
            "privacy_page_id": tree.plain["privacy"].pk,
            "accessibility_statement_url": tree.plain["accessibility"].full_url,
        },
    )


def _publish(tree: LanguageTree, shelf: Shelf) -> None:
    words = tree.words
    tree.home.refresh_from_db()  # it has children now, which its row counts
    tree.home.figure = shelf.image(facts.FIGURE)
    pages = [(tree.home, words.home), (tree.index, words.index)]
    pages += [(page, words.plain_pages[name]) for name, page in tree.plain.items()]
    for page, page_words in pages:
        page.title = page.draft_title = page_words.title
        page.lead = page_words.lead
        page.search_description = page_words.search_description
        page.show_in_menus = page_words.in_menu
        if hasattr(page, "text"):
            page.text = page_words.html
        if hasattr(page, "body"):
            page.body = body_of(page_words.body, shelf=shelf, plain_pages=tree.plain)
        page.save_revision(user=shelf.user).publish(user=shelf.user)
