"""The service's handlers: one file for each part of its API."""
