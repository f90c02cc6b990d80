"""The form of a key: a field of its own for each kind of thing that can be wished."""
