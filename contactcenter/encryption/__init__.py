"""The keys of the vault as people see and replace them."""
