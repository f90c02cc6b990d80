"""The backend itself."""

from __future__ import annotations

from typing import Literal

from lmchat_desktop.contract.base import Answer


class Health(Answer):
    """The backend answers."""

    status: Literal["ok"] = "ok"
    backend: str
    version: str
