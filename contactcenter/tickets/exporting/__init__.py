"""Tickets taken out: lists as tables, and everything as an archive that an import reads again."""
