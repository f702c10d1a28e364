"""Settings for development, production and tests."""
