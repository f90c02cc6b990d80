"""Profiles, preferences, and secrets in the OS keyring."""
