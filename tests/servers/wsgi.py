"""The product's WSGI application, with the faults that a test asks for."""

import os

from cms.wsgi import application as product

from .faults import apply, note_the_point

apply(name for name in os.environ.get("KOMMED_TEST_FAULTS", "").split(",") if name)
application = note_the_point(product)
