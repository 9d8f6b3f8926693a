"""Category, priority and type of a ticket, suggested by what was learned from the own ones."""
