"""What became of tickets, in figures: volumes, backlog, times, promises kept, and the tickets behind each number."""
