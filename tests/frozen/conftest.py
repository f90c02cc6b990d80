"""The frozen application that `make dist` built, in an empty home that nothing leads out of."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

BUILT = Path(__file__).parents[2] / "dist" / "lmchat-desktop"
PROGRAM = BUILT / f"lmchat-desktop{'.exe' if sys.platform == 'win32' else ''}"
LONG_S = 600.0

SEAL = ("unshare", "--mount", "--map-root-user", "sh", "-ec")
"""Runs a script where mounts can be changed for it alone."""


@dataclass(frozen=True)
class EmptyHome:
    """Folders of a machine on which the program never ran.

    Attributes:
        folder: holds all the others.
        sealed: whether all other files are read-only for what is run here.
    """

    folder: Path
    sealed: bool = False

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def run_time(self) -> Path:
        return self.folder / "run"

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of this process's environment: no language, no path, no display."""
        return {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.run_time),
            **more,
        }

    def command(self, arguments: Sequence[str]) -> list[str]:
        """The program with arguments, behind the seal where there is one."""
        plain = [str(PROGRAM), *arguments]
        if not self.sealed:
            return plain
        folder = str(self.folder)
        script = 'mount --bind "$1" "$1"; mount -o remount,bind,ro /; cd "$2"; shift 2; exec "$@"'
        return [*SEAL, script, "sh", folder, str(self.work), *plain]

    def run(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the program to its end."""
        return subprocess.run(
            self.command(arguments),
            env=dict(environment or self.environment()),
            cwd=self.work,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LONG_S,
            check=False,
        )

    def left_processes(self) -> list[int]:
        """Processes that still run with this home, by their environment (Linux)."""
        mark = f"HOME={self.home}".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                variables = (place / "environ").read_bytes().split(b"\0")
            except OSError:
                continue  # it has ended, or is another user's
            if mark in variables:
                found.append(int(place.name))
        return found


def _can_seal(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    probe = EmptyHome(folder, sealed=True).command([])
    probe = [*probe[:-1], "true"]
    return subprocess.run(probe, capture_output=True, check=False, cwd=folder).returncode == 0


@pytest.fixture
def empty_home(tmp_path: Path) -> EmptyHome:
    """An empty home; skips where nothing was built."""
    if not PROGRAM.exists():
        pytest.skip("nothing was built here: `make dist` builds and runs this")
    place = EmptyHome(tmp_path)
    for folder in (place.home, place.temporary, place.work, place.run_time):
        folder.mkdir(mode=0o700)
    return EmptyHome(tmp_path, sealed=_can_seal(tmp_path))
