"""The stories, a module each."""
