"""What a person can copy into a report: how things stand, without names, figures or secrets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from lmchat_desktop.services.crash_reports import versions
from lmchat_desktop.services.redaction import redacted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.services.session import Session
    from lmchat_desktop.sync.states import SyncState


def diagnostics(
    window: QWidget, session: Session, state: SyncState | None, page_id: str, theme: str
) -> str:
    """The lines of the report.

    Args:
        window: whose size and screen are told.
        session: whose kind and cache are told.
        state: how sync stands, None before it said anything.
        page_id: the page that is shown.
        theme: the theme in force.
    """
    me, screen = session.me, window.screen()
    size, pixels = window.size(), screen.size()
    lines = [
        versions(),
        f"platform: {QGuiApplication.platformName()}",
        f"window: {size.width()}x{size.height()} on {pixels.width()}x{pixels.height()}"
        f" at {window.devicePixelRatioF():g}, text {QGuiApplication.font().pointSizeF():g} pt",
        f"theme: {theme}",
        f"page: {page_id or 'none'}",
        f"roles: {', '.join(sorted(me.operator_roles)) or 'none'}, memberships: "
        f"{len(me.memberships)}",
        f"signed in: {session.signed_in}, cache: "
        f"{'encrypted file' if session.encrypted_on_disk else 'in memory'}",
        _of_sync(state),
        f"log handlers: {', '.join(type(each).__name__ for each in logging.getLogger().handlers)}",
    ]
    return redacted("\n".join(lines))


def _of_sync(state: SyncState | None) -> str:
    if state is None:
        return "sync: not begun"
    last = "never" if state.last_sync_at is None else f"{state.last_sync_at:%Y-%m-%dT%H:%M:%SZ}"
    return f"sync: {state.phase.value} {state.code}".rstrip() + f", last synced: {last}"
