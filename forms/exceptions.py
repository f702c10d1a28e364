"""Anticipated errors of the form builder, all under one root."""


class FormsError(Exception):
    """Root of the errors that callers of ``forms`` are expected to handle."""


class UnknownMessageKind(FormsError):
    """A message names a kind that no installed app has registered."""
