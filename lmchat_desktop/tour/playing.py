"""Plays stories, one sandbox each, and says how it went."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QApplication

    from lmchat_desktop.tour.stage import Stage, Story

NAMES = {
    "first-look": "a person's first minutes: sign in, Overview and Usage, large, small, palette",
    "usage": "what can be asked on the Usage page, for two people, offline and back",
    "keys": (
        "a key's life: made, used, rotated, edited by two people, revoked; "
        "and those of all accounts"
    ),
    "accounts": (
        "an account is found, reached by a new address, suspended and reinstated; "
        "and its owner exports everything"
    ),
    "audit": "the audit log: its entries, their proofs, exports, and a history that was rewritten",
}
"""What `--list` says, without loading anything; a test holds it against the catalogue."""

SYNC_S = 1.0
SCALE_VARIABLE = "QT_SCALE_FACTOR"


def list_stories() -> int:
    """Name the stories."""
    width = max(len(name) for name in NAMES)
    for name, title in NAMES.items():
        print(f"{name:<{width}}  {title}")
    return 0


def play(name: str | None, out: Path, scale: float) -> int:
    """Play one story or all; answers the exit code."""
    if name is not None and name not in NAMES:
        print(f"There is no story {name!r}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    if scale != 1.0 and os.environ.get(SCALE_VARIABLE) != f"{scale:g}":
        return _play_scaled(name, out, scale)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    from lmchat_desktop import bootstrap
    from lmchat_desktop.tour.catalogue import STORIES
    from lmchat_desktop.tour.stage import StepFailed

    app = bootstrap.make_application()
    pictures: list[Path] = []
    summary: list[str] = []
    for story in STORIES:
        if name not in (None, story.name):
            continue
        prefix = f"{story.name}-" if name is None else ""
        try:
            stage = play_story(app, story, out, prefix=prefix, scale=scale)
        except StepFailed as failure:
            print(f"story {story.name}, step {failure}", file=sys.stderr)
            return 1
        pictures += stage.pictures
        summary += stage.summary
    _report(pictures, summary)
    return 0


def play_story(
    app: QApplication,
    story: Story,
    out: Path,
    *,
    prefix: str = "",
    scale: float = 1.0,
    traffic: Path | None = None,
) -> Stage:
    """Play one story on a sandbox of its own, which is gone afterwards; answers its stage.

    Raises:
        StepFailed: a step failed; what was open is closed.
    """
    from lmchat_desktop import bootstrap
    from lmchat_desktop.services.private_sandbox import PrivateSandbox
    from lmchat_desktop.settings.paths import application_paths
    from lmchat_desktop.tour.stage import Stage

    with tempfile.TemporaryDirectory(prefix="lmchat-tour-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        paths = application_paths(folder)
        paths.prepare()
        sandbox = PrivateSandbox(folder / "world", traffic)
        with bootstrap.closing_sandbox(sandbox):
            desk = bootstrap.make_desk(
                app, paths, sandbox=sandbox, passing=folder, sync_interval_s=SYNC_S
            )
            suffix = "" if scale == 1.0 else f"@{scale:g}x"
            stage = Stage(desk, out, prefix=prefix, suffix=suffix)
            try:
                story.play(stage)
            finally:
                stage.close()
                desk.preferences.close()
            return stage


def _play_scaled(name: str | None, out: Path, scale: float) -> int:
    """Play in a process of its own: Qt reads its scale once, at its start."""
    from lmchat_desktop.frozen import own_command

    arguments = [*own_command(), "tour", "--out", str(out), "--scale", f"{scale:g}"]
    if name is not None:
        arguments += ["--story", name]
    return subprocess.call(arguments, env={**os.environ, SCALE_VARIABLE: f"{scale:g}"})


def _report(pictures: Sequence[Path], summary: Sequence[str]) -> None:
    for line in summary:
        print(line)
    if summary:
        print()
    print(f"{len(pictures)} pictures:")
    for path in pictures:
        print(f"  {path}")
