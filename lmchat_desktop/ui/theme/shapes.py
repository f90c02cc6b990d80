"""Radii, and the small images that a stylesheet can only name by their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmchat_desktop.ui.theme.tokens import Tokens

RADIUS_CONTROL = 6
RADIUS_CARD = 8
_IMAGES = Path(__file__).parent / "images"


def image(name: str, tokens: Tokens) -> str:
    """The path of an image in a theme's colours, as a stylesheet writes it."""
    return (_IMAGES / f"{name}-{tokens.name}.svg").as_posix()
