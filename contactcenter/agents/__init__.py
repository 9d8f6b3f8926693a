"""Agents: who they are to the routing engine, their state, their device, and what their own page shows of it."""
