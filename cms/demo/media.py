"""The demo's pictures and files, and the organisations whose logos are among them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.images import ImageFile
from django.utils.functional import cached_property
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from events.models import Host

from . import facts

PICTURES = Path(__file__).parent / "pictures"
FILES = Path(__file__).parent / "files"
LANGUAGES = ("da", "en")
ALT_ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| (?P<da>[^|]+) \| (?P<en>[^|]+) \|$", re.MULTILINE)

TITLES = {
    facts.FIGURE: "Omkring arbejdsbordet",
    facts.LISTING: "Omkring arbejdsbordet, til lister",
    facts.COPENHAGEN.image: "Pakhuset i København",
    facts.AALBORG.image: "Værkstedet i Aalborg",
    "portrait-1.jpg": "Kirsten Højbjerg",
    "portrait-2.jpg": "Jonas Abildtoft",
    "portrait-3.jpg": "Sahar Lindquist",
}


@dataclass
class Shelf:
    """Pictures, documents and organisations for pages to take; made when first asked for."""

    user: Any
    _images: dict[str, Any] = field(default_factory=dict)
    _documents: dict[str, Any] = field(default_factory=dict)
    _hosts: dict[str, Host] = field(default_factory=dict)

    @cached_property
    def _alts(self) -> dict[str, dict[str, str]]:
        text = (PICTURES / "alt.md").read_text()
        rows = list(ALT_ROW.finditer(text))
        return {language: {row["file"]: row[language] for row in rows} for language in LANGUAGES}

    def alt(self, name: str, language: str) -> str:
        """Return what the picture shows, in words."""
        return self._alts[language].get(name, "")

    def image(self, name: str, *, title: str = "") -> Any:
        """Return the picture of that file name, described in Danish."""
        if name not in self._images:
            with (PICTURES / name).open("rb") as file:
                self._images[name] = get_image_model().objects.create(
                    title=title or TITLES[name],
                    description=self.alt(name, "da"),
                    file=ImageFile(file, name=name),
                    uploaded_by_user=self.user,
                )
        return self._images[name]

    def document(self, name: str, *, title: str) -> Any:
        """Return the document of that file name."""
        if name not in self._documents:
            with (FILES / name).open("rb") as file:
                self._documents[name] = get_document_model().objects.create(
                    title=title, file=File(file, name=name), uploaded_by_user=self.user
                )
        return self._documents[name]

    def host(self, wanted: facts.HostFacts) -> Host:
        """Return the organisation."""
        if wanted.name not in self._hosts:
            self._hosts[wanted.name] = Host.objects.create(
                name=wanted.name,
                logo=self.image(wanted.logo, title=f"Logo: {wanted.name}"),
                url=wanted.url,
            )
        return self._hosts[wanted.name]
