"""Interactions: one customer contact each, with everything that happened in it, in order."""
