"""What wagtail-localize is told about our rows. The package is optional: without it, nothing."""

from __future__ import annotations

from typing import Any

try:
    from wagtail_localize.fields import SynchronizedField, TranslatableField
except ImportError:  # the extra "localize" is not installed
    SynchronizedField = TranslatableField = None


def same_in_every_language(*names: str) -> tuple[Any, ...]:
    """Return overrides for fields that a translation takes from its source and may not change.

    Left to itself wagtail-localize would hand keys, limits and values to the translators as texts.
    """
    if SynchronizedField is None:
        return ()
    return tuple(SynchronizedField(name, overridable=False) for name in names)


def translated_within(*names: str) -> tuple[Any, ...]:
    """Return overrides for fields of which a translation changes some words, and nothing else.

    They are copied from the source before the words are put in, also when no words are left.
    """
    if TranslatableField is None:
        return ()

    class TranslatedWithin(TranslatableField):  # type: ignore[misc, valid-type, unused-ignore]
        def is_synchronized(self, source: Any) -> bool:
            return True

    return tuple(TranslatedWithin(name) for name in names)
