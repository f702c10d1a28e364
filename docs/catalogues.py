"""Make the message catalogues, or say what is missing in them. Needs GNU gettext.

uv run python docs/catalogues.py            extract, complete English, compile
uv run python docs/catalogues.py --check    fail if that would change or lack anything
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("da", "en")
SITE_FOLDERS = ("home", "cms", "templates")


@dataclass(frozen=True)
class Catalogue:
    """One folder of catalogues and the sources it speaks for."""

    locale: Path
    sources: tuple[Path, ...]


CATALOGUES = (
    Catalogue(ROOT / "events" / "locale", (ROOT / "events",)),
    Catalogue(ROOT / "forms" / "locale", (ROOT / "forms",)),
    Catalogue(ROOT / "locale", tuple(ROOT / name for name in SITE_FOLDERS)),
)


def extract(catalogue: Catalogue) -> polib.POFile:
    """Return the messages that the sources hold now, as Django's own extraction finds them."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for source in catalogue.sources:
            shutil.copytree(
                source,
                work / source.name,
                ignore=shutil.ignore_patterns("migrations", "locale", "pictures", "__pycache__"),
            )
        (work / "locale").mkdir()
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "xx", "-v", "0"],
            cwd=work,
            check=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test"},
        )
        return polib.pofile(str(work / "locale" / "xx" / "LC_MESSAGES" / "django.po"))


def key_of(entry: polib.POEntry) -> tuple[str, str, str]:
    """Return what makes a message the same one."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def complete_english(entry: polib.POEntry) -> None:
    """Give English its own words, so that both catalogues are full."""
    if entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
    else:
        entry.msgstr = entry.msgid


def merged(language: str, template: polib.POFile, old: polib.POFile | None) -> polib.POFile:
    """Return the catalogue of ``language`` with today's messages and what was translated before."""
    known = {key_of(entry): entry for entry in old or ()}
    result = polib.POFile(wrapwidth=100)
    result.metadata = {
        "Project-Id-Version": "kommed",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for found in sorted((e for e in template if not e.obsolete), key=key_of):
        entry = polib.POEntry(
            msgctxt=found.msgctxt,
            msgid=found.msgid,
            msgid_plural=found.msgid_plural,
            comment=found.comment,
            flags=[flag for flag in found.flags if flag != "fuzzy"],
        )
        before = known.get(key_of(found))
        if before is not None:
            entry.msgstr, entry.msgstr_plural = before.msgstr, before.msgstr_plural
        elif entry.msgid_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        if language == "en":
            complete_english(entry)
        result.append(entry)
    return result


def untranslated(catalogue: polib.POFile) -> list[str]:
    """Return the messages without words of their own."""
    return [
        entry.msgid
        for entry in catalogue
        if not (all(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr)
    ]


def main() -> int:
    """Write the catalogues, or check them; return the exit code."""
    check = "--check" in sys.argv[1:]
    problems: list[str] = []
    for catalogue in CATALOGUES:
        template = extract(catalogue)
        for language in LANGUAGES:
            path = catalogue.locale / language / "LC_MESSAGES" / "django.po"
            old = polib.pofile(str(path)) if path.exists() else None
            new = merged(language, template, old)
            name = path.relative_to(ROOT)
            problems += [f"{name}: no words for “{text}”" for text in untranslated(new)]
            compiled = path.with_suffix(".mo")
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                new.save(str(path))
                new.save_as_mofile(str(compiled))
                continue
            if old is None or {key_of(e) for e in old} != {key_of(e) for e in new}:
                problems.append(f"{name}: out of date, run docs/catalogues.py")
            if not compiled.exists() or compiled.read_bytes() != new.to_binary():
                problems.append(
                    f"{compiled.relative_to(ROOT)}: out of date, run docs/catalogues.py"
                )
    print("\n".join(problems) if problems else "The catalogues are full and up to date.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
