"""Stories told by the real window on a real sandbox; they leave pictures, or fail with a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def main(story: str | None, out: Path, scale: float, list_only: bool) -> int:
    """Play stories and leave their pictures.

    Args:
        story: the name of one; None plays all and prints a summary of what they show.
        out: the folder of the pictures; it is made if it is missing.
        scale: device pixels per pixel, such as 2 for a screen at 200 %.
        list_only: name the stories instead of playing them.

    Returns the process's exit code: 1 where a step failed, 2 for an unknown story.
    """
    from lmchat_desktop.tour.playing import list_stories, play

    if list_only:
        return list_stories()
    return play(story, out, scale)
