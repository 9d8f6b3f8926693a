"""Tickets: what a customer wants and has not got yet, from the first word to the confirmed end."""
