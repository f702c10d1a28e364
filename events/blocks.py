"""The blocks an invitation is written with."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ul", "ol", "h3"]


class TextBlock(blocks.StructBlock):
    """A heading with text under it; either may stand alone."""

    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, required=False)

    class Meta:
        icon = "pilcrow"
        label = _("Heading and text")
        template = "kommed_events/blocks/text.html"


class FigureBlock(blocks.StructBlock):
    """A picture with what it shows, a caption and who made it."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Picture caption"), required=False, max_length=250)
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("Figure")
        template = "kommed_events/blocks/figure.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, and who they are."""

    words = blocks.TextBlock(label=_("The quote"), max_length=1500)
    person = blocks.CharBlock(label=_("Person"), max_length=120)
    role = blocks.CharBlock(label=_("Role"), required=False, max_length=160)
    organisation = blocks.CharBlock(label=_("Organisation"), required=False, max_length=160)
    portrait = ImageChooserBlock(label=_("Portrait"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "kommed_events/blocks/quote.html"


class FactBoxBlock(blocks.StructBlock):
    """A box with something worth knowing."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Fact box")
        template = "kommed_events/blocks/fact_box.html"


class StepBlock(blocks.StructBlock):
    """One step: when or what, and a few words."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=600)


class StepsBlock(blocks.StructBlock):
    """Things that follow each other: the programme of the day, or what happens next."""

    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "kommed_events/blocks/steps.html"


class DocumentLinkBlock(blocks.StructBlock):
    """A document to open, such as the whole invitation."""

    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(
        label=_("Link text"),
        max_length=120,
        help_text=_("For example “Read the whole invitation”."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Link to a document")
        template = "kommed_events/blocks/document_link.html"


class FurtherReadingBlock(blocks.StructBlock):
    """A page or address to read more at."""

    text = blocks.CharBlock(label=_("Link text"), max_length=160)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("or web address"), required=False)

    class Meta:
        icon = "link"
        label = _("Further reading")
        template = "kommed_events/blocks/further_reading.html"


class CallToRegisterBlock(blocks.StructBlock):
    """A nudge towards the form, wherever in the text it helps."""

    text = blocks.CharBlock(label=_("Text"), required=False, max_length=250)
    button = blocks.CharBlock(label=_("Button"), max_length=60)

    class Meta:
        icon = "user"
        label = _("Call to register")
        template = "kommed_events/blocks/call_to_register.html"


class OutcomeBlock(blocks.StructBlock):
    """What comes out of the event."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)
    results = blocks.ListBlock(
        blocks.CharBlock(max_length=200), label=_("Results"), required=False, default=[]
    )

    class Meta:
        icon = "success"
        label = _("What comes out of it")
        template = "kommed_events/blocks/outcome.html"


class InvitationBlock(blocks.StreamBlock):
    """The body of an invitation."""

    text = TextBlock()
    figure = FigureBlock()
    quote = QuoteBlock()
    fact_box = FactBoxBlock()
    steps = StepsBlock()
    document_link = DocumentLinkBlock()
    further_reading = FurtherReadingBlock()
    call_to_register = CallToRegisterBlock()
    outcome = OutcomeBlock()


class ContactBlock(blocks.StructBlock):
    """Somebody to ask about one session."""

    name = blocks.CharBlock(label=_("Name"), max_length=120)
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    phone = blocks.CharBlock(label=_("Telephone"), required=False, max_length=40)
    email = blocks.EmailBlock(label=_("E-mail"), required=False)

    class Meta:
        icon = "user"
        label = _("Contact")
