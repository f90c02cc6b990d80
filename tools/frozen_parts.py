"""What goes into a frozen build and what stays out of it; lmchat.spec asks here."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = "lmchat-desktop"

STANDARD_UNUSED = (
    "curses",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "readline",
    "test",
    "tkinter",
)
"""Modules of Python that nothing here uses; readline's library is copyleft, too."""

PARTS_UNUSED = (
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtQuickWidgets",
    "PySide6.QtDesigner",
    "numpy.distutils",
    "numpy.f2py",
    "pyqtgraph.canvas",
    "pyqtgraph.examples",
    "pyqtgraph.flowchart",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    # Other compilations of what is there: the palette's lists are short.
    "rapidfuzz.fuzz_cpp_avx2",
    "rapidfuzz.distance.metrics_cpp_avx2",
    "sqlalchemy.testing",
    "alembic.testing",
)

QT_UNUSED = re.compile(
    r"""PySide6/(Qt/)?(
        plugins/platforms/\w*(eglfs|linuxfb|minimal|vkkhrdisplay|vnc|webgl)
        | plugins/platformthemes/\w*gtk3   # brings GTK; the desktop portal opens its dialogs
        | plugins/(egldeviceintegrations|generic|tls)/   # httpx speaks TLS, by Python's OpenSSL
        | plugins/imageformats/\w*(gif|icns|jpeg|tga|tiff|wbmp|webp)
        | translations/(?!qtbase_)
        | (lib|bin)/\w*(EglFS|EglFs|Qml|Quick|VirtualKeyboard|Pdf)
    )
    | ^libQt6(EglFS|EglFs)""",
    re.VERBOSE,
)

SCRIPTS_UNUSED = {"pyi_rth_multiprocessing", "pyi_rth_pyqtgraph_multiprocess"} | (
    {"pyi_rth_pyside6"} if sys.platform.startswith("linux") else set()
)
"""What PyInstaller would run at each start, the sandbox's and `--version` too, for a fifth of the
time to the first window: help for processes that nothing here starts, and for Qt to find its
plugins, which it does by itself where a wheel's folders are kept."""

SYSTEM_LIBRARIES = {
    r"libxcb-[\w-]+\.so": "MIT",
    r"libxkbcommon(-x11)?\.so": "MIT",
    r"lib(ssl|crypto)\.so": "Apache-2.0",
    r"libsqlite3\.so": "blessing",
    r"libffi\.so": "MIT",
    r"libbz2\.so": "bzip2-1.0.6",
    r"liblzma\.so": "0BSD",
}
"""The libraries of a Linux system that are taken along, and their licences.

All others stay out, since every desktop has them and its own parts have to agree with them: the C
and C++ libraries, X11's core, OpenGL, glib, D-Bus, fontconfig, freetype, Kerberos, zlib. Among them
are all that are copyleft."""


def distributions() -> set[str]:
    """The names of what the product needs to run: itself, and what that requires, and so on."""
    found: set[str] = set()
    waiting = [(PROJECT, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        for line in metadata.requires(name) or ():
            needed = Requirement(line)
            if needed.marker is not None and not any(
                needed.marker.evaluate({"extra": extra}) for extra in (extras or {""})
            ):
                continue
            other = canonicalize_name(needed.name)
            if other not in found:
                found.add(other)
                waiting.append((other, frozenset(needed.extras)))
    return found


def modules_of_others() -> list[str]:
    """Top-level modules that are installed here for developing; the product never needs them."""
    ours = {*distributions(), PROJECT}
    return sorted(
        module
        for module, owners in metadata.packages_distributions().items()
        if not {canonicalize_name(owner) for owner in owners} & ours
    )


def system_licence(name: str) -> str | None:
    """The licence of a system's library that is taken along; None for all others."""
    return next(
        (licence for pattern, licence in SYSTEM_LIBRARIES.items() if re.match(pattern, name)), None
    )


def is_system(source: str) -> bool:
    """Whether a file of the build comes from the system, not from Python or a package."""
    roots = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    path = Path(source).resolve()
    if roots & {Path("/usr"), Path("/")}:
        return not any(part.startswith(("python3", "site-packages")) for part in path.parts) and (
            not path.name.startswith("libpython")
        )
    return not any(path.is_relative_to(root) for root in roots)


def is_wanted(entry: tuple[str, str, str]) -> bool:
    """Whether a file that PyInstaller found (its place, its source, its kind) goes in."""
    place, source, kind = entry
    slashed = place.replace("\\", "/")
    if QT_UNUSED.search(slashed) or _is_unspoken(slashed):
        return False
    if sys.platform.startswith("linux") and kind == "BINARY" and is_system(source):
        return system_licence(Path(place).name) is not None
    return True


def is_wanted_script(entry: tuple[str, str, str]) -> bool:
    """Whether a script that PyInstaller would run at the start is run."""
    return entry[0] not in SCRIPTS_UNUSED


def _is_unspoken(place: str) -> bool:
    """Whether a file is Qt's text in a language that the product has no texts in."""
    language = re.search(r"/translations/qtbase_(\w+)\.qm$", place)
    if language is None:
        return False
    spoken = {
        path.stem.removeprefix("lmchat_") for path in ROOT.glob("resources/translations/*.qm")
    }
    return not {language[1], language[1].split("_")[0]} & {
        part for name in spoken for part in (name, name.split("_")[0])
    }


def without_symbols(
    entries: list[tuple[str, str, str]], folder: Path
) -> list[tuple[str, str, str]]:
    """The same files, of which shared libraries on Linux are copies without debugging symbols.

    Those that a wheel's maker moved into a `.libs` folder stay as they are: their segments were
    rewritten, and `strip` leaves some of them where the loader refuses them.
    """
    if not sys.platform.startswith("linux"):
        return entries
    shutil.rmtree(folder, ignore_errors=True)
    lighter = []
    for place, source, kind in entries:
        if kind in {"BINARY", "EXTENSION"} and ".libs/" not in place:
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
            subprocess.run(["strip", str(target)], check=True)
            lighter.append((place, str(target), kind))
        else:
            lighter.append((place, source, kind))
    return lighter
