"""Encryption at rest: a master key wraps data keys, data keys seal values, fields and files."""
