"""House rules besides those in ``test_source``."""

from __future__ import annotations

import re

from .source import ROOT, lines_of, name_of


def test_test_files_stay_under_600_lines() -> None:
    files = (ROOT / "tests").rglob("*.py")
    assert {name_of(p): lines_of(p) for p in files if lines_of(p) >= 600} == {}


def test_migrations_run_on_the_oldest_wagtail_too() -> None:
    for app in ("cms", "home", "events", "forms"):
        (path,) = (ROOT / app / "migrations").glob("0*.py")
        text = path.read_text("utf-8")
        assert "WAGTAIL_PAGE_MODEL" not in text
        assert set(re.findall(r"wagtailcore[\"'], [\"'](\d{4})", text)) <= {"0094"}
