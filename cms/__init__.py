"""Composition root of the site we ship: settings, URLs, branding, demo and worker."""
