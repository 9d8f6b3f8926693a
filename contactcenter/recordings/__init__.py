"""Recordings: heard by those who may, drawn as a waveform."""
