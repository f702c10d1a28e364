"""Work that is due at some time, whoever is looking. The worker does it."""
