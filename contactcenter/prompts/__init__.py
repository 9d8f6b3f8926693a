"""Recordings that flows play: kept in the database in every language, laid out as files for the media plane."""
