"""Stopping many servers at once, by us and one after the other."""
