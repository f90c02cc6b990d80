"""Keeps what a workspace shows for the next start, whenever its page shows new figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from lmchat_desktop.services.first_picture import keep
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.ui.shell.first_picture.record import ShownRecord, language_mark
from lmchat_desktop.ui.shell.person_menu import initials

if TYPE_CHECKING:
    from lmchat_desktop.ui.shell.workspace import Workspace


class FirstPictureKeeper(QObject):
    """Keeps what is shown where it can be shown again: an encrypted file with a key at hand.

    Args:
        workspace: whose pages are watched.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._kept: tuple[bytes, int] | None = None
        if workspace.session.keeping is CacheKeeping.KEYRING:
            workspace.stack.page_filled.connect(self._keep)
            # Whatever else was read by then, such as accounts to choose from, is seen too.
            workspace.context.tasks.idle.connect(lambda: self._keep(workspace.page_id))

    def _keep(self, page_id: str) -> None:
        workspace = self._workspace
        if not page_id or page_id != workspace.page_id:
            return
        told = workspace.page(page_id).record()
        if told is None:
            return
        context, me = workspace.context, workspace.session.me
        shown = ShownRecord(
            language=language_mark(),
            zone=context.zone.name,
            pages=tuple(entry.page_id for entry in workspace.stack.entries),
            page=page_id,
            content=msgspec.Raw(told.content),
            badges=dict(context.attention.counts),
            backend=me.backend,
            notice=me.notice,
            scope_id=context.scope.id,
            scope=context.scope.current.name,
            is_service=context.scope.current.is_service,
            several=len(workspace.finder.choices) > 1,
            person=initials(me.person.name),
            spoken=workspace.top.person.accessibleName(),
        )
        content = msgspec.json.encode(shown)
        if (content, told.read_at) != self._kept:
            self._kept = content, told.read_at
            keep(workspace.session, content, valid_until=told.valid_until, read_at=told.read_at)
