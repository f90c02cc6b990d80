"""The kit is drawn in both themes at three scales; the pictures are for people to look at.

They go to the folder that LMCHAT_PICTURES names, else to the test's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from lmchat_desktop.ui.theme.tokens import DARK, LIGHT

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("scale", "text"), [("1", "1"), ("2", "1"), ("1", "2")])
def test_the_gallery_can_be_drawn(theme: str, scale: str, text: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get("LMCHAT_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.kit.gallery", theme, scale, str(folder), text],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith("This plugin")]
    assert (done.returncode, said) == (0, [])
    name = f"{scale}x" if text == "1" else f"text{text}x"
    pictures = sorted(folder.glob(f"*-{theme}-*-{name}.png"))
    assert len(pictures) == (4 if text == "1" else 2)
    canvas = (DARK if theme == "dark" else LIGHT).canvas
    for path in pictures:
        image = QImage(str(path))
        assert image.width() >= 844 * int(scale)
        assert image.pixelColor(4, 4).name().upper() == canvas
