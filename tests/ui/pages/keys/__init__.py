"""The keys page and its dialogs."""
