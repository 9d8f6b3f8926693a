"""The customers' side: accounts of their own, profile, consents, their data and their history."""
