"""The settings' files, declared for the store registry."""

from __future__ import annotations

from lmchat_desktop.domain.stores import Erasure, FileStore
from lmchat_desktop.settings import preferences, profiles

FILES: tuple[FileStore, ...] = (
    FileStore(
        pattern=f"config/{profiles.FILE_NAME}*",
        purpose="the backends that this installation knows, and the ids of who signed in",
        subject="person_id",
        retention="until the person removes the profile or signs out for good",
        erasure=Erasure.CLEAR,
    ),
    FileStore(
        pattern=f"config/{preferences.FILE_NAME}*",
        purpose="theme, time zone, window and tables as the person likes them",
        subject="",
        retention="until the person removes the application's folder",
        erasure=Erasure.NOTHING,
    ),
    FileStore(
        pattern="config/.*.json.*.tmp",
        purpose="what is being written of the two before it takes their place",
        subject="person_id",
        retention="a moment; after a kill until the file is changed next",
        erasure=Erasure.CLEAR,
    ),
)
