"""Greys what cannot be done now, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.widgets.plain import plain_tooltip, shown
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from lmchat_desktop.ui.widgets.buttons import Button


def allow(button: Button, against: str | None, tooltip: str = "") -> None:
    """Let a button be pressed, or grey it and say why it cannot be.

    Args:
        button: the button.
        against: why not, in words; None or empty where it may be.
        tooltip: what it does, where it may be.
    """
    button.setEnabled(not against)
    words = translated(against) if against else tooltip
    button.setToolTip(plain_tooltip(words))
    button.setAccessibleDescription(shown(words))
