"""Keeps the cache equal to the backend: the change feed, the usage slices, offline and back."""
