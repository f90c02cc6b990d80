"""What a machine can do to the application: full, read-only, shared, asleep, killed."""
