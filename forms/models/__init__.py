"""The models of the form builder."""

from ..spec import QuestionSpec
from .access import FormAccess
from .delivery_event import DeliveryEvent
from .due_job import DueJob
from .form_page import FormPage, FormPageMixin, FormQuestion
from .form_version import FormVersion, digest_of, digest_of_specs, document_of, is_digest
from .heartbeat import WorkerHeartbeat
from .message import Message
from .message_template import MessageTemplate
from .outbox_status import OutboxStatus
from .post_count import PostCount
from .question import AbstractQuestion, RowKeys, specs_of
from .ready_question import ReadyQuestion
from .records import FormRecord, forms_visible_to
from .submission import Submission, TakenPlace
from .upload import Upload

__all__ = [
    "AbstractQuestion",
    "DeliveryEvent",
    "DueJob",
    "FormAccess",
    "FormPage",
    "FormPageMixin",
    "FormQuestion",
    "FormRecord",
    "FormVersion",
    "Message",
    "MessageTemplate",
    "OutboxStatus",
    "PostCount",
    "QuestionSpec",
    "ReadyQuestion",
    "RowKeys",
    "Submission",
    "TakenPlace",
    "Upload",
    "WorkerHeartbeat",
    "digest_of",
    "digest_of_specs",
    "document_of",
    "forms_visible_to",
    "is_digest",
    "specs_of",
]
