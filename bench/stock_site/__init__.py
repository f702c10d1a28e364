"""A stock site: Wagtail with a wagtail.contrib.forms page, and a plain Django form."""
