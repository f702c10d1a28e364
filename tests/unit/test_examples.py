"""The examples that Hypothesis draws are the same whatever ran before."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def drawn() -> list[int]:
    """Return what Hypothesis draws from a wide range."""
    found: list[int] = []

    @settings(max_examples=300)
    @given(st.integers(0, 10**12))
    def draw(number: int) -> None:
        found.append(number)

    draw()
    return found


def test_numbers_in_code_that_others_have_loaded_are_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drawn()
    path = tmp_path / "some_code.py"
    path.write_text(f"NUMBERS = {[10**9 + number for number in range(400)]}")
    spec = importlib.util.spec_from_file_location("some_code", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "some_code", module)

    assert drawn() == before
