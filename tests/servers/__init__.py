"""Real processes for the tests that need them: servers, workers, and copies of the database."""
