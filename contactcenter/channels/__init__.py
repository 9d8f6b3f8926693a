"""Lines: how a person is reached. Each joins signalling to one media leg."""
