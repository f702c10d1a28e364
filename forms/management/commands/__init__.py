"""Commands of the forms app."""
