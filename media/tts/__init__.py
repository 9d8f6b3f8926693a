"""Text to speech: the interface in `base`, one file per engine."""
