"""Anticipated errors of the form builder, all under one root."""


class FormsError(Exception):
    """Root of the errors that callers of ``forms`` are expected to handle."""


class UnknownMessageKind(FormsError):
    """A message names a kind that no installed app has registered."""


class FormBusy(FormsError):
    """The form could not be locked in time. Trying again in a moment will do."""


class FormNotOpen(FormsError):
    """The form takes no answers yet."""


class FormClosed(FormsError):
    """The form takes no answers any more, or its page is not published."""


class ChoiceFull(FormsError):
    """A choice that only so many may take has been taken by that many. Nothing was stored."""

    def __init__(self, question_key: str, choice_key: str) -> None:
        super().__init__(f"{question_key}: {choice_key}")
        self.question_key = question_key
        self.choice_key = choice_key


class MessageStateNotAllowed(FormsError):
    """A mail is not in a state in which that can be done with it; the state it is in is told."""

    def __init__(self, state: str) -> None:
        super().__init__(str(state))
        self.message_state = str(state)


class MessageWordsGone(FormsError):
    """A mail cannot be sent again: its words were removed, as they are after a while."""
