"""Who logs in to the demo, all with the same password."""

from __future__ import annotations

from dataclasses import dataclass, field

from cms.demo_guard import DEMO_PASSWORD as PASSWORD
from forms.enums import NoticePace

__all__ = ["PASSWORD", "USERS", "Grant", "Login"]

EDITORS, MODERATORS = "Editors", "Moderators"
"""Groups that Wagtail's own migrations make."""

DESK = "Tilmeldinger"
"""Those who see registrations: the group opens the admin, ``EventAccess`` what is in it."""


@dataclass(frozen=True)
class Grant:
    """What someone may do with the registrations of the demo event, or of one session of it."""

    session: int | None = None
    can_sensitive: bool = False
    can_change: bool = False
    can_export: bool = False
    can_message: bool = False
    can_delete: bool = False
    notify: str = NoticePace.NEVER


@dataclass(frozen=True)
class Login:
    """One made-up user of the admin."""

    username: str
    first_name: str
    last_name: str
    groups: tuple[str, ...] = ()
    is_superuser: bool = False
    grants: tuple[Grant, ...] = field(default=())

    @property
    def email(self) -> str:
        """An address that nobody owns."""
        return f"{self.username}@example.dk"


USERS = (
    Login("editor", "Signe", "Skovbo", groups=(EDITORS, MODERATORS)),
    Login(
        "staff",
        "Amalie",
        "Ravnkilde",
        groups=(DESK,),
        grants=(
            Grant(
                can_sensitive=True,
                can_change=True,
                can_export=True,
                can_message=True,
                can_delete=True,
                notify=NoticePace.AT_ONCE,
            ),
        ),
    ),
    Login(
        "host-aalborg",
        "Villads",
        "Fjordgaard",
        groups=(DESK,),
        grants=(Grant(session=1, can_change=True),),
    ),
    Login("admin", "Troels", "Egebjerg", is_superuser=True),
)
