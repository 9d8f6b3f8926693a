"""Tickets of elsewhere: read, shown, mapped and taken with their history."""
