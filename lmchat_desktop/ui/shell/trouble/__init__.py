"""Screens for what keeps a session from opening or ends it, each with a way on."""
