"""Trunks: lines to telephone providers and other exchanges, the numbers that come in by them, and who may be called."""
