"""Phone calls from ringing to wrap-up: flow, queue, offer, talk, hold, and what both sides see of it."""
