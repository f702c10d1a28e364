"""Comparing the product with stock Wagtail; scripts that are run by hand."""
