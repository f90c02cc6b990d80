"""A dialog that has something done with a key."""

from __future__ import annotations

from lmchat_desktop.ui.pages.acting import act_dialog
from lmchat_desktop.ui.pages.keys.obstacles import obstacle


class ActDialog(act_dialog.ActDialog):
    """As of any act; besides a connection it needs the right to change keys."""

    def obstacle(self) -> str:
        return obstacle(self.context)
