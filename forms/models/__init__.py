"""The models of the form builder."""

from .form_version import FormVersion, digest_of, document_of
from .heartbeat import WorkerHeartbeat
from .message import Message
from .question import AbstractQuestion, QuestionSpec
from .submission import Submission

__all__ = [
    "AbstractQuestion",
    "FormVersion",
    "Message",
    "QuestionSpec",
    "Submission",
    "WorkerHeartbeat",
    "digest_of",
    "document_of",
]
