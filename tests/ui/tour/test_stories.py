"""The stories play on a small sandbox, and a step that fails ends them with its name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from lmchat_desktop.tour import catalogue, playing
from lmchat_desktop.tour.stage import Stage, StepFailed, Story
from lmchat_desktop.tour.waiting import NotInTime, wait_until
from lmchat_desktop.ui.theme.manager import current_theme
from tests.support.sandbox import SMALL_TRAFFIC


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    yield
    current_theme().apply("light")


def is_drawn(path: Path) -> bool:
    """Whether a picture shows something: many colours, none of which is nearly all of it."""
    image = QImage(str(path))
    width, height = image.width(), image.height()
    seen: dict[int, int] = {}
    for x in range(0, width, 16):
        for y in range(0, height, 16):
            pixel = image.pixel(x, y)
            seen[pixel] = seen.get(pixel, 0) + 1
    return len(seen) > 8 and max(seen.values()) < 0.95 * sum(seen.values())


def test_the_list_names_the_catalogue() -> None:
    assert {s.name: s.title for s in catalogue.STORIES} == playing.NAMES


@pytest.mark.parametrize(
    "story",
    [
        # The long ones are drawn by every `make run` without a display, too.
        pytest.param(
            story, id=story.name, marks=[] if story.name == "first-look" else [pytest.mark.full]
        )
        for story in catalogue.STORIES
    ],
)
def test_a_story_plays(qapp: QApplication, story: Story, tmp_path: Path) -> None:
    stage = playing.play_story(qapp, story, tmp_path / "out", traffic=SMALL_TRAFFIC)
    assert stage.faults == []
    assert [path.name[:2] for path in stage.pictures] == [
        f"{number:02d}" for number in range(1, len(stage.pictures) + 1)
    ]
    themes = {path.stem.rsplit("-", 1)[1] for path in stage.pictures}
    assert themes == {"light", "dark"}
    assert all(is_drawn(path) for path in stage.pictures)
    shown = {"accounts": "export of everything", "audit": "entries"}.get(story.name, "requests")
    assert any(shown in line for line in stage.summary)
    overview = any("needs attention" in line for line in stage.summary)
    assert overview is (story.name == "first-look")


def test_a_step_that_fails_is_named(qapp: QApplication, tmp_path: Path) -> None:
    def play(stage: Stage) -> None:
        with stage.step("look for what is not there"):
            stage.window().button("no such button")

    with pytest.raises(StepFailed, match="look for what is not there: LookupError"):
        playing.play_story(
            qapp, Story("bad", "fails", play), tmp_path / "out", traffic=SMALL_TRAFFIC
        )


def test_waiting_is_bounded(qapp: QApplication) -> None:
    with pytest.raises(NotInTime, match="rain"):
        wait_until(lambda: False, "rain", 0.05)

    def broken() -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        wait_until(broken, "rain", 1.0)


def test_a_story_that_there_is_not() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lmchat_desktop", "tour", "--story", "opera"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "first-look" in done.stderr
