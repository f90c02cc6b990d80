"""Crash reports as people meet them: offered, shown, copied, deleted, and never sent."""
