"""The supervisor's view: queues, agents, waiting callers and today's figures, live."""
