"""Tests of sync against a backend in memory."""
