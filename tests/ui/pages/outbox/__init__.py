"""The page of a sandbox's outbox."""
