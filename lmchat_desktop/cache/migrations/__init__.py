"""Alembic's environment and the revisions of the cache's tables."""
