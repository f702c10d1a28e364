"""The demo: its words, people and pictures, and how they get into a site."""
