"""Dialogs in which something is done at the backend, as pages share them."""
