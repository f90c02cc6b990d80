"""Runs the checks, and tells each as soon as it is done."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lmchat_desktop import __version__, bootstrap
from lmchat_desktop.frozen import is_frozen
from lmchat_desktop.services.sandbox_process import SandboxFailed
from lmchat_desktop.tour.self_check import NAMES
from lmchat_desktop.tour.self_check.findings import Finding, Place, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHERE = {
    "window": "shown",
    "display": "shown",
    "files": "installed",
    "time-zones": "installed",
    "certificates": "installed",
    "cache": "secrecy",
    "keyring": "secrecy",
    "sandbox": "shown",
    "pages": "shown",
}
"""The module of each check, loaded when it is run: the first window waits for no other."""


def run(only: Sequence[str], out: Path | None, keep: Path | None) -> int:
    """Run checks; answers the exit code."""
    unknown = [name for name in only if name not in NAMES]
    if unknown:
        _say(f"There is no check {unknown[0]!r}. There are: {', '.join(NAMES)}.", sys.stderr)
        return 2
    if not bootstrap.has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    kind = "frozen build" if is_frozen() else "not frozen"
    _say(
        f"lmchat-desktop {__version__}, {kind}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}"
    )
    names = [name for name in NAMES if not only or name in only]
    with tempfile.TemporaryDirectory(prefix="lmchat-check-", ignore_cleanup_errors=True) as folder:
        place = Place(Path(folder), out or Path(folder, "pictures"), keep)
        place.out.mkdir(parents=True, exist_ok=True)
        try:
            bad = [name for name in names if not _checked(name, place)]
        finally:
            place.close()
    if bad:
        _say(f"{len(bad)} of {len(names)} do not work: {', '.join(bad)}.")
        return 1
    _say("All that was checked works.")
    return 0


def check_of(name: str) -> Callable[[Place], Finding]:
    """The function of a check."""
    module = import_module(f"lmchat_desktop.tour.self_check.{WHERE[name]}")
    return cast("Callable[[Place], Finding]", getattr(module, name.replace("-", "_")))


def _checked(name: str, place: Place) -> bool:
    try:
        finding = check_of(name)(place)
    except Exception as error:
        # Whatever it is, the other checks still tell a person something.
        traceback.print_exc()
        if isinstance(error, SandboxFailed):
            _say(error.tail, sys.stderr)
        finding = Finding(f"{type(error).__name__}: {error}", State.BAD)
    _say(f"{finding.state.value:<7} {name:<13} {finding.words}")
    return finding.state is not State.BAD


def _say(line: str, stream: object = None) -> None:
    print(line, file=stream or sys.stdout, flush=True)  # type: ignore[arg-type]
