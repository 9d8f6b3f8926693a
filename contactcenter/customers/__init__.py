"""Customers: people and organisations, how they are reached, and what is known of them."""
