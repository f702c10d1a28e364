"""Personal links: nobody makes one up, and one for one purpose opens nothing else."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from events.links import TOKEN_LENGTH, Purpose, identifier_in, make_token

ALPHABET = string.ascii_letters + string.digits + "-_"
IDENTIFIER = uuid.UUID("7b0a3d3e-58c1-4d0a-9f5a-0d6f2f1f7c11")


def is_at(generation: int | None) -> Callable[[uuid.UUID], int | None]:
    """Return a look-up that knows one identifier, at ``generation``."""
    return lambda identifier: generation if identifier == IDENTIFIER else None


def opens(token: str, *, purpose: Purpose = Purpose.REGISTRATION, generation: int = 1) -> bool:
    return identifier_in(token, purpose, is_at(generation)) is not None


def test_a_token_opens_what_it_was_made_for() -> None:
    token = make_token(Purpose.REGISTRATION, IDENTIFIER, 1)
    assert len(token) == TOKEN_LENGTH
    assert identifier_in(token, Purpose.REGISTRATION, is_at(1)) == IDENTIFIER


def test_a_thousand_changed_tokens_open_nothing() -> None:
    chance = random.Random(20181003)
    token = make_token(Purpose.REGISTRATION, IDENTIFIER, 1)
    for _time in range(1000):
        place = chance.randrange(len(token))
        other = chance.choice([letter for letter in ALPHABET if letter != token[place]])
        changed = token[:place] + other + token[place + 1 :]
        assert not opens(changed), changed


@pytest.mark.parametrize(
    "token",
    ["", "x", "æ" * TOKEN_LENGTH, "=" * TOKEN_LENGTH, "A" * TOKEN_LENGTH, "\0" * TOKEN_LENGTH],
)
def test_what_is_no_token_opens_nothing(token: str) -> None:
    assert not opens(token)


def test_longer_and_shorter_ones_open_nothing() -> None:
    token = make_token(Purpose.REGISTRATION, IDENTIFIER, 1)
    for changed in (token[:-1], token + "A", token + "=", f" {token}", token.swapcase()):
        assert not opens(changed)


def test_another_purpose_and_another_generation_open_nothing() -> None:
    token = make_token(Purpose.REGISTRATION, IDENTIFIER, 1)
    assert not opens(token, purpose=Purpose.INVITATION)
    assert not opens(make_token(Purpose.INVITATION, IDENTIFIER, 1))
    assert not opens(token, generation=2)
    assert not opens(make_token(Purpose.REGISTRATION, IDENTIFIER, 2))


def test_what_does_not_exist_opens_nothing_at_any_generation() -> None:
    for generation in (-1, 0, 1):
        token = make_token(Purpose.REGISTRATION, IDENTIFIER, generation)
        assert identifier_in(token, Purpose.REGISTRATION, lambda _identifier: None) is None


def test_keys_can_be_changed_without_breaking_links(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old", []
    token = make_token(Purpose.REGISTRATION, IDENTIFIER, 1)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert opens(token)
    assert make_token(Purpose.REGISTRATION, IDENTIFIER, 1) != token
    settings.SECRET_KEY_FALLBACKS = []
    assert not opens(token)
