"""Database: engine, sessions, migrations and the write-behind journal."""
