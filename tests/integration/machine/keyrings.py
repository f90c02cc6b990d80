"""Keyrings that a test names in PYTHON_KEYRING_BACKEND, for a process of the application."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

STORE_VARIABLE = "TEST_KEYRING_STORE"


class StoredKeyring(KeyringBackend):
    """Keeps secrets outside of everything that the application writes, as the system's does."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._put({**self._all(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("there is none")
        self._put(kept)

    def _all(self) -> dict[str, str]:
        path = Path(os.environ[STORE_VARIABLE])
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def _put(self, kept: dict[str, str]) -> None:
        Path(os.environ[STORE_VARIABLE]).write_text(json.dumps(kept))
