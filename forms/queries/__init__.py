"""Questions that the forms app asks of the database."""
