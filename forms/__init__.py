"""Questions, submissions and the mail that follows from them, for any Wagtail site."""
