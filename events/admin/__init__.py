"""The staff desk in the Wagtail admin."""
