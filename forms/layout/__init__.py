"""What a template needs to draw a form: its sections, its questions, and when each applies."""

from .drawing import form_layout
from .items import Choice, FormLayout, Item, Problem, Section
from .places import PlacesLeft, places_in_words

__all__ = [
    "Choice",
    "FormLayout",
    "Item",
    "PlacesLeft",
    "Problem",
    "Section",
    "form_layout",
    "places_in_words",
]
