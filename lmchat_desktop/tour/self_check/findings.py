"""What a check works with, and what it finds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from lmchat_desktop.services.private_sandbox import PrivateSandbox
    from lmchat_desktop.settings.paths import Paths


class NotSound(Exception):
    """Something does not work as it should; the text says what."""


class State(StrEnum):
    """How a check went."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "FAILED"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        words: a line in plain words.
        state: a note is about something that the program can do without.
    """

    words: str
    state: State = State.GOOD

    def noting(self, complaints: Sequence[str]) -> Finding:
        """The same, and what was complained of meanwhile, if anything was."""
        if not complaints:
            return self
        return Finding(f"{self.words}; Qt says: {' / '.join(complaints)}", State.NOTE)


@dataclass
class Place:
    """Where the checks work; nothing of it is the person's own.

    Attributes:
        folder: gone afterwards.
        out: where pictures are left.
        keep: where the keyring's check leaves a cache, if it is to.
        started: `time.perf_counter()` when the command began.
    """

    folder: Path
    out: Path
    keep: Path | None = None
    started: float = field(default_factory=time.perf_counter)
    endings: list[Callable[[], None]] = field(default_factory=list)

    @cached_property
    def app(self) -> QApplication:
        """The application, made as the program makes it."""
        from lmchat_desktop import bootstrap

        return bootstrap.make_application()

    @cached_property
    def paths(self) -> Paths:
        """Empty folders for settings and caches."""
        from lmchat_desktop.settings.paths import application_paths

        paths = application_paths(self.folder / "home")
        paths.prepare()
        return paths

    @cached_property
    def sandbox(self) -> PrivateSandbox:
        """A sandbox, which is started when it is first opened and stopped at the end."""
        from lmchat_desktop.services.private_sandbox import PrivateSandbox

        sandbox = PrivateSandbox(self.folder / "world")
        self.endings.append(sandbox.stop)
        return sandbox

    def close(self) -> None:
        """End what was begun, the last first."""
        while self.endings:
            self.endings.pop()()
