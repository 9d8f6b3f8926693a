"""The routing engine: commands in, events out, time as an argument. No I/O, clock or random source."""
