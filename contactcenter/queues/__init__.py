"""Queues, skills, results and pause reasons: what administrators set up and routing works with."""
