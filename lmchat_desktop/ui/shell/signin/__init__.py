"""Choosing a backend and signing in to it."""
