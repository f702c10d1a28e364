"""Mails whose bytes are made before the line to the mail server is free for them."""

from __future__ import annotations

from collections.abc import Callable
from email.policy import Compat32
from secrets import token_hex
from typing import Any, ClassVar

from django.core.mail import EmailMultiAlternatives

_How = tuple[tuple[Any, ...], dict[str, Any]]


LONGEST_LINE = 78
"""Characters of a header in one line, as Python folds them."""


class _QuickPolicy(Compat32):
    """Writes the headers that need neither folding nor encoding as they are: nearly all of them.

    Left to itself Python takes each of them apart and puts it together again, two dozen a mail.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the header as it goes over the line."""
        line = f"{name}: {value}"
        is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
        if is_plain and len(line) <= LONGEST_LINE and value == value.strip():
            return line.encode("ascii") + self.linesep.encode("ascii")
        return super().fold_binary(name, value)


_QUICK = _QuickPolicy()


class ReadyMail(EmailMultiAlternatives):
    """A mail that can be made into bytes while another one is on the line.

    How the mail backend asks for them is seen from the mail before. Only for one that changes
    nothing between asking for the message and for its bytes: see ``Mailer.sends_as_it_is``.
    """

    last_asked: ClassVar[tuple[_How, _How] | None] = None
    """How ``message`` was called last, and ``as_bytes`` of what it returned."""

    _ready: tuple[tuple[_How, _How], Any, bytes] | None = None

    def make_bytes(self) -> None:
        """Make the bytes now, in the way in which those of the last mail were asked for."""
        how = ReadyMail.last_asked
        if how is not None:
            (args, options), (bytes_args, bytes_options) = how
            made = self._written(*args, **options)
            self._ready = how, made, made.as_bytes(*bytes_args, **bytes_options)

    def message(self, *args: Any, **options: Any) -> Any:
        """Return what is sent; the one that is ready, if it is asked for in the same way."""
        how = (args, options)
        if self._ready is not None and self._ready[0][0] == how:
            made = self._ready[1]
        else:
            made = self._written(*args, **options)
        made.as_bytes = self._kept(how, type(made).as_bytes.__get__(made))
        return made

    def _kept(self, how: _How, as_bytes: Callable[..., bytes]) -> Callable[..., bytes]:
        def kept(*args: Any, **options: Any) -> bytes:
            ReadyMail.last_asked = asked = (how, (args, options))
            if self._ready is not None and self._ready[0] == asked:
                return self._ready[2]
            return as_bytes(*args, **options)

        return kept

    def _written(self, *args: Any, **options: Any) -> Any:
        """Return the message, its parts told apart by lines that nobody can have written.

        Left to itself Python searches every mail for the line it has thought of, by a pattern made
        for the occasion.
        """
        made = super().message(*args, **options)
        if type(made.policy) is Compat32:
            made.policy = _QUICK
        for part in made.walk():
            if part.is_multipart():
                part.set_boundary(f"=_{token_hex(16)}")
        return made
