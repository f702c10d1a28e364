"""Making what the tests need: one factory a model, and builders for what belongs together."""

from .access import EventAccessFactory, GroupFactory, UserFactory
from .events import (
    AudienceSpec,
    MadeEvent,
    SessionSpec,
    copy_to_language,
    make_event,
    publish,
)
from .forms import (
    FormAccessFactory,
    FormPageFactory,
    MadeForm,
    ReadyQuestionFactory,
    make_form,
)
from .pages import (
    EventIndexPageFactory,
    EventPageFactory,
    HomePageFactory,
    LocaleFactory,
    MadeSite,
    StandardPageFactory,
    get_site,
    make_site,
)
from .registrations import (
    FormVersionFactory,
    MessageFactory,
    make_applicant,
    make_registration,
    opened_a_while_ago,
    post_data,
)
from .snippets import HostFactory, VenueFactory

__all__ = [
    "AudienceSpec",
    "EventAccessFactory",
    "EventIndexPageFactory",
    "EventPageFactory",
    "FormAccessFactory",
    "FormPageFactory",
    "FormVersionFactory",
    "GroupFactory",
    "HomePageFactory",
    "HostFactory",
    "LocaleFactory",
    "MadeEvent",
    "MadeForm",
    "MadeSite",
    "MessageFactory",
    "ReadyQuestionFactory",
    "SessionSpec",
    "StandardPageFactory",
    "UserFactory",
    "VenueFactory",
    "copy_to_language",
    "get_site",
    "make_applicant",
    "make_event",
    "make_form",
    "make_registration",
    "make_site",
    "opened_a_while_ago",
    "post_data",
    "publish",
]
