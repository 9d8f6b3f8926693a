"""Speech codecs: 8 kHz PCM16 on one side, payloads on the other."""
