"""Where a story plays: one sandbox, windows for its people, steps and numbered pictures."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.tour.visitor import Visitor
from lmchat_desktop.tour.waiting import turns, wait_until
from lmchat_desktop.ui.shell.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.services.private_sandbox import PrivateSandbox
    from lmchat_desktop.services.sandbox_process import SandboxProcess
    from lmchat_desktop.ui.shell.desk import Desk

T = TypeVar("T")

LARGE = (1600, 1000)
SMALL = (1024, 700)
LONG_S = 180.0


class StepFailed(Exception):
    """A step of a story failed.

    Attributes:
        step: its name.
    """

    def __init__(self, step: str, cause: BaseException) -> None:
        super().__init__(f"{step}: {type(cause).__name__}: {cause}")
        self.step = step


@dataclass(frozen=True, slots=True)
class Story:
    """A named path through the application.

    Attributes:
        name: as `tour --story` takes it.
        title: what it shows, in a line.
        play: plays it on a stage.
    """

    name: str
    title: str
    play: Callable[[Stage], None]


@dataclass
class Stage:
    """What a story works with.

    Attributes:
        desk: what the windows share, on the story's sandbox.
        out: the folder of the pictures.
        prefix: begins the pictures' names where several stories share a folder.
        suffix: ends them, such as `@2x`.
        pictures: the pictures taken so far.
        summary: lines of plain text that the story says about what it showed.
        faults: exceptions that nobody caught while the story played; one fails the step.
    """

    desk: Desk
    out: Path
    prefix: str = ""
    suffix: str = ""
    pictures: list[Path] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._windows = Windows(self.desk)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="story")
        self._number = 0
        self._excepthook = sys.excepthook
        sys.excepthook = self._take_fault

    def _take_fault(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.faults.append(error)
        self._excepthook(kind, error, trace)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A named part of the story.

        Raises:
            StepFailed: something in it failed.
        """
        try:
            yield
        except Exception as error:
            raise StepFailed(name, error) from error
        if self.faults:
            raise StepFailed(name, self.faults[0]) from self.faults[0]

    @property
    def sandbox(self) -> PrivateSandbox:
        """The story's sandbox."""
        if self.desk.sandbox is None:
            raise LookupError("this stage has no sandbox")
        return self.desk.sandbox

    @property
    def process(self) -> SandboxProcess:
        """The sandbox's process."""
        process = self.sandbox.process
        if process is None:
            raise LookupError("the sandbox has not been started")
        return process

    def person(self, who: str, size: tuple[int, int] = LARGE) -> Visitor:
        """Open a window for a person, by name or role, and wait until they see their data."""
        visitor = self.window(size, who)
        return visitor.signed_in()

    def window(self, size: tuple[int, int] = LARGE, who: str = "") -> Visitor:
        """Open a window; without `who` it asks whom to be."""
        window = self._windows.open_window(who)
        window.resize(*size)
        turns()
        return Visitor(window, self.faults)

    def clock_forward(self, seconds: float) -> datetime:
        """Let time pass in the sandbox, with the traffic that belongs to it; answers its time."""

        def move() -> datetime:
            door = self.sandbox.open()
            entrance = door.enter(door.person(Role.ADMIN).person.id)
            with ApiClient(door.profile.base_url, StaticToken(entrance.token)) as api:
                return self.sandbox.move_clock(api, seconds)

        return self.aside(move, "moving the clock")

    def aside(self, work: Callable[[], T], what: str) -> T:
        """Do blocking work off the interface thread, and let the windows go on meanwhile."""
        future = self._pool.submit(work)
        wait_until(future.done, what, LONG_S)
        return future.result()

    def picture(self, visitor: Visitor, name: str, of: QWidget | None = None) -> Path:
        """Take a numbered picture of a window as it stands: `01-name-light.png`.

        Args:
            visitor: whose window.
            name: what it shows.
            of: a dialog, to be in the picture in the place of the window.
        """
        turns()
        self._number += 1
        theme = self.desk.theme.tokens.name
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        path = self.out / f"{self.prefix}{self._number:02d}-{slug}-{theme}{self.suffix}.png"
        self.out.mkdir(parents=True, exist_ok=True)
        if not (of or visitor.window).grab().save(str(path)):
            raise OSError(f"the picture {path.name} could not be written")
        self.pictures.append(path)
        return path

    def both_themes(self, visitor: Visitor, name: str, of: QWidget | None = None) -> None:
        """Take a picture in light and one in dark, of a window or of a dialog."""
        for mode in ("light", "dark"):
            visitor.theme(mode)
            visitor.settled()
            self.picture(visitor, name, of)
        visitor.theme("light")

    def say(self, *lines: str) -> None:
        """Add lines to the summary of what the story showed."""
        self.summary.extend(lines)

    def close(self) -> None:
        """Close the windows and all that they hold."""
        sys.excepthook = self._excepthook
        self._windows.close_all()
        self.desk.closings.wait()
        self._pool.shutdown(wait=True, cancel_futures=True)
        turns()
