"""ETags of resources that carry a version."""

from __future__ import annotations


def etag_of(version: int) -> str:
    """The ETag of a mutable resource, as it stands in the header, quotes included."""
    return f'"v{version}"'
