"""The files that a run of the application writes, declared for the store registry."""

from __future__ import annotations

from lmchat_desktop.domain.stores import Erasure, FileStore
from lmchat_desktop.services.crash_reports import FOLDER_NAME, KEPT
from lmchat_desktop.services.log_file import LOG_FILES, LOG_NAME

FILES: tuple[FileStore, ...] = (
    FileStore(
        pattern=f"log/{LOG_NAME}*",
        purpose="what happened in the application: no secrets, addresses, content or figures",
        subject="",
        retention=f"rotated at a megabyte; {LOG_FILES} older files are kept",
        erasure=Erasure.NOTHING,
    ),
    FileStore(
        pattern=f"log/{FOLDER_NAME}/crash-*.txt",
        purpose="where a fault or crash happened: files, lines and functions",
        subject="",
        retention=f"the last {KEPT}, or until the person deletes them",
        erasure=Erasure.NOTHING,
    ),
    FileStore(
        pattern=f"log/{FOLDER_NAME}/running-*.txt",
        purpose="that a run goes on, and where it crashed",
        subject="",
        retention="until the run ends; after a crash until the next start",
        erasure=Erasure.NOTHING,
    ),
    FileStore(
        pattern="data/running.lock",
        purpose="that the application runs already: process, program and machine",
        subject="",
        retention="until the application ends",
        erasure=Erasure.NOTHING,
    ),
)
