"""The types of question, and the door through which other apps add theirs."""

from .base import AnswerType
from .registry import (
    get_type,
    is_known,
    register_type,
    registered_types,
    state_of_types,
    type_choices,
    unregister_type,
)

__all__ = [
    "AnswerType",
    "get_type",
    "is_known",
    "register_type",
    "registered_types",
    "state_of_types",
    "type_choices",
    "unregister_type",
]
