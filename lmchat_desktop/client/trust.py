"""Whose certificates a client accepts."""

from __future__ import annotations

import httpx


def trusted_authorities() -> int:
    """How many authorities a new connection would trust; 0 where a folder holds them.

    Raises:
        OSError: the file with them is missing or cannot be read.
    """
    return httpx.create_ssl_context().cert_store_stats()["x509_ca"]
