"""The Qt palette of a theme, for what the stylesheet does not reach."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from lmchat_desktop.ui.theme.tokens import Tokens, mix


def palette_of(tokens: Tokens) -> QPalette:
    """A QPalette with every role and the disabled group set from the tokens."""
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.canvas,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.canvas,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: mix(tokens.raised, "#FFFFFF", 0.08),
        role.Midlight: tokens.raised,
        role.Mid: tokens.line,
        role.Dark: tokens.border_strong,
        role.Shadow: tokens.line,
    }
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(disabled, which, QColor(tokens.faint))
    palette.setColor(disabled, role.Highlight, QColor(tokens.line))
    return palette
