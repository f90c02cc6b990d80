"""Tests of the encrypted cache."""
