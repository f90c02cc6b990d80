"""Whether this installation works: each part of it is used once, in a folder that is then gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAMES = {
    "window": "the first window is painted, as by a start without profiles",
    "display": "platform, fonts, icons and the pictures' formats",
    "files": "what the program brings: the API's document, the sandbox's sample, texts",
    "time-zones": "the zones that it brings, for a system that has none",
    "certificates": "the authorities that a backend's certificate can come from",
    "cache": "an encrypted cache: made, closed, opened, brought up to date; nothing is in clear",
    "keyring": "a secret is kept by the system's keyring, found and forgotten",
    "sandbox": "a sandbox starts as a process of this program, and answers",
    "pages": "somebody signs in; every page is drawn, and a chart is saved",
}
"""The checks in their order, without loading anything; a test holds it against what there is."""


def main(only: Sequence[str], out: Path | None, keep: Path | None) -> int:
    """Check the installation and print a line for each part.

    Args:
        only: names of checks; all where there is none.
        out: a folder for the pictures of the pages; None forgets them.
        keep: a folder where the keyring's check leaves a cache for its next run, and opens the one
            that the last run left.

    Returns the process's exit code: 1 where something does not work, 2 for an unknown name.
    """
    from lmchat_desktop.tour.self_check.running import run

    return run(only, out, keep)
