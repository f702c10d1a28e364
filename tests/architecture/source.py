"""Reading the product's own code."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("cms", "home", "events", "forms")


def python_files(*apps: str) -> list[Path]:
    """Return the product's Python files, migrations left out."""
    found = [path for app in apps or APPS for path in (ROOT / app).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    """Return the file's name from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())
