"""The flow language: what a caller hears, is asked, and where the contact goes, written as YAML."""
