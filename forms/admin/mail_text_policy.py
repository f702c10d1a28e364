"""Who may write the texts of mails: those of the site by permission, an event's with its page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from wagtail import permissions
from wagtail.permission_policies import ModelPermissionPolicy

from ..mail.scopes import editable_by
from ..models import MessageTemplate


class MailTextPolicy(ModelPermissionPolicy):
    """A text for all is written by those with Wagtail's permission for mail texts.

    That of one event or form is written by those who may edit its page, and by nobody else.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether there is any text at all for ``user`` to do this with."""
        return self.may_write_for_all(user, action) or bool(editable_by(user))

    def may_write_for_all(self, user: Any, action: str) -> bool:
        """Return whether ``user`` may do this with texts that are for the whole site."""
        return bool(super().user_has_permission(user, action))

    def user_has_permission_for_instance(
        self, user: Any, action: str, instance: MessageTemplate
    ) -> bool:
        """Return whether ``user`` may do this with this text."""
        if instance.scope_key is None:
            return self.may_write_for_all(user, action)
        return instance.scope_key in editable_by(user)

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[MessageTemplate]:
        """Return the texts ``user`` may do any of this with."""
        of_pages = Q(scope_key__in=list(editable_by(user)))
        if any(self.may_write_for_all(user, action) for action in actions):
            of_pages |= Q(scope_key__isnull=True)
        return MessageTemplate.objects.filter(of_pages)


mail_text_policy = MailTextPolicy(MessageTemplate)


def register_mail_text_policy() -> None:
    """Tell Wagtail 8 of the policy; before that it is asked of the viewset."""
    register = getattr(permissions, "register_permission_policy", None)
    if register is not None:
        register(MessageTemplate, mail_text_policy)


def check_can_delete_all(user: Any, texts: Iterable[Any]) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may delete each of ``texts`` that is one of ours.

    Wagtail asks for the permission alone when many snippets are deleted at once.
    """
    for text in texts:
        if isinstance(text, MessageTemplate) and not (
            mail_text_policy.user_has_permission_for_instance(user, "delete", text)
        ):
            raise PermissionDenied
