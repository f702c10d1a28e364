"""The front door of the site we ship: home page, event index and plain pages."""
