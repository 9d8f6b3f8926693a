"""Backups: everything that cannot be made again, in one encrypted file; restored, verified, made on a schedule."""
