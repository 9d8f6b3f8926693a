"""What people may ask of us about their data: to have it, to be forgotten; and what is kept how long, or on hold."""
