"""Locking the windows: when nobody is there, on demand, and with the desktop."""
