"""Tests of sync against the real sandbox."""
