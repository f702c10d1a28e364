"""What the forms app adds to the Wagtail admin."""
