"""Invitations to events held in several places at once, and the ledger of who comes."""
