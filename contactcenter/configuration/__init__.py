"""Configuration as files: exported, compared and applied, section by section."""
