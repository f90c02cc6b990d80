"""The overview page: figures, top models and what needs attention."""
