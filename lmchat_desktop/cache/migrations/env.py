"""Runs the revisions on the connection that the cache has opened; there is no offline mode."""

from __future__ import annotations

from alembic import context

from lmchat_desktop.cache.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
