"""The outside world: a client and a fake for each service."""
