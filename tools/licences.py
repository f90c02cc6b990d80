"""Who made what a frozen build contains, and under which licence.

Gathers the texts of all licences for the build, and refuses what is copyleft but Qt, which is
under the LGPL, and two run-time parts whose makers except programs that are built with them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from frozen_parts import PROJECT, system_licence
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "tools" / "licence_texts"

PERMISSIVE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|HPND|CC0|MPL|blessing|bzip2)",
    re.I,
)
COPYLEFT = re.compile(r"\b([AL]?GPL|GNU (Affero |Lesser )?General Public)", re.I)
LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.I)
ZLIB_TEXT = "This software is provided 'as-is', without any express or implied warranty."

QT = "LGPL-3.0-only"
ALLOWED = {
    "pyside6-essentials": QT,
    "shiboken6": QT,
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pyinstaller-hooks-contrib": "Apache-2.0 (what is put into a build)",
    "gcc-runtime": "GPL-3.0-or-later WITH GCC-exception-3.1; libquadmath LGPL-2.1-or-later",
}
"""What states a copyleft licence and may be in the build all the same, and why."""

GCC_RUNTIME = re.compile(r"lib(gfortran|quadmath)")
"""Within NumPy's wheel, whose licence file has the texts."""

PYTHONS_OWN = re.compile(r"(libpython.*|base_library\.zip)$")
"""Of Python, wherever they lie: its library, and the archive that PyInstaller makes of modules."""

PLAIN_TEXTS = {
    QT: ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "Apache-2.0": ("Apache-2.0.txt",),
}
"""Texts for packages that bring none."""

ABOUT = """What this build contains, and under which licences

Each folder beside this file holds the licence texts of one component.

Qt and PySide are used under the GNU LGPL 3. They are separate shared libraries in the folder
PySide6 (and shiboken6) beside this one; you may replace them with your own builds of the same
version. Their source code: https://download.qt.io/official_releases/

"""


class LicenceTrouble(Exception):
    """Something in the build may not be distributed like this, or nobody knows whose it is."""


@dataclass
class Component:
    """One thing of somebody's.

    Attributes:
        name: as its makers call it.
        version: of what is in the build.
        licence: as it is stated.
        texts: files with its terms.
    """

    name: str
    version: str
    licence: str
    texts: list[Path] = field(default_factory=list)


def components(sources: Iterable[str]) -> list[Component]:
    """Whose the files of a build are.

    Args:
        sources: paths of the files that went into it.

    Raises:
        LicenceTrouble: a file is nobody's, or a component must not be distributed.
    """
    owners = _owners()
    libraries = Path(sysconfig.get_path("stdlib")).resolve()
    bases = {libraries, Path(sys.base_prefix).resolve()} - {Path("/usr")}
    found: dict[str, Component] = {}
    nobodys: list[str] = []
    for source in {Path(source) for source in sources}:
        path = source.resolve()
        owner = owners.get(path) or owners.get(source.absolute())
        if owner is not None and GCC_RUNTIME.match(path.name):
            found.setdefault("gcc-runtime", _gcc_runtime(owner))
        elif owner is not None:
            found.setdefault(owner, _distribution(owner))
        elif path.is_relative_to(ROOT / "lmchat_desktop") or path.is_relative_to(
            ROOT / "resources"
        ):
            continue
        elif any(path.is_relative_to(base) for base in bases) or PYTHONS_OWN.match(path.name):
            found.setdefault("python", _python(libraries))
        elif (licence := system_licence(source.name)) is not None:
            component = _system(path, licence)
            found.setdefault(component.name, component)
        else:
            nobodys.append(str(source))
    if nobodys:
        raise LicenceTrouble(f"nobody is known to have made {', '.join(sorted(nobodys)[:10])}")
    for component in found.values():
        judge(component)
    return sorted(found.values(), key=lambda component: component.name)


def judge(component: Component) -> None:
    """Refuse what must not be distributed, or not without the text of its licence.

    Raises:
        LicenceTrouble: says which and why.
    """
    stated = component.licence
    if component.name in ALLOWED:
        component.licence = ALLOWED[component.name]
    elif COPYLEFT.search(stated) and not re.search(r"\bOR\b", stated):
        raise LicenceTrouble(f"{component.name} is copyleft: {stated[:200]}")
    elif not PERMISSIVE.search(stated):
        words = " ".join(" ".join(path.read_text().split()) for path in component.texts)
        if ZLIB_TEXT not in words:
            raise LicenceTrouble(f"{component.name} states no known licence: {stated[:200]!r}")
        component.licence = "Zlib"
    if not component.texts:
        names = PLAIN_TEXTS.get(component.licence)
        if names is None:
            raise LicenceTrouble(f"{component.name} comes without the text of its licence")
        component.texts = [TEXTS / name for name in names]


def write(found: Sequence[Component], folder: Path) -> None:
    """Write the texts into a folder, which is made anew, with a list of the components."""
    shutil.rmtree(folder, ignore_errors=True)
    for component in found:
        target = folder / component.name
        target.mkdir(parents=True)
        for text in component.texts:
            place, number = target / text.name, 1
            while place.exists():
                number += 1
                place = target / f"{text.stem}-{number}{text.suffix}"
            shutil.copyfile(text, place)
    lines = [f"{each.name} {each.version}: {each.licence}\n" for each in found]
    (folder / "README.txt").write_text(ABOUT + "".join(lines), encoding="utf-8")


def _owners() -> dict[Path, str]:
    owners: dict[Path, str] = {}
    for distribution in metadata.distributions():
        name = canonicalize_name(distribution.metadata["Name"])
        if name != PROJECT:
            for file in distribution.files or ():
                owners[Path(str(distribution.locate_file(file))).resolve()] = name
    return owners


def _distribution(name: str) -> Component:
    found = metadata.distribution(name)
    about = found.metadata
    expression = about.get("License-Expression") or ""
    classifiers = [line for line in about.get_all("Classifier") or [] if "License ::" in line]
    # The old field may hold a whole text; its first line names it.
    field_ = (about.get("License") or "").strip().split("\n")[0]
    stated = expression or " ".join([field_, *(line.split(" :: ")[-1] for line in classifiers)])
    texts = [
        path
        for file in found.files or ()
        if LICENCE_FILE.match(file.name) and file.suffix not in {".py", ".pyc"}
        if (path := Path(str(found.locate_file(file)))).is_file()
    ]
    return Component(name, found.version, stated.strip(), texts)


def _gcc_runtime(owner: str) -> Component:
    texts = [path for path in _distribution(owner).texts if "GCC" in path.read_text()]
    return Component("gcc-runtime", "", ALLOWED["gcc-runtime"], texts)


def _python(libraries: Path) -> Component:
    places = [libraries / "LICENSE.txt", *Path("/usr/share/doc").glob("python3*/copyright")]
    texts = [path for path in places if path.is_file()][:1]
    return Component("python", sys.version.split()[0], "PSF-2.0", texts)


def _system(path: Path, licence: str) -> Component:
    """A library of the system, which on Debian belongs to a package with a file of its terms."""
    for candidate in (path, Path(str(path).removeprefix("/usr"))):
        asked = subprocess.run(
            ["dpkg-query", "--search", str(candidate)], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            package = asked.stdout.split(":")[0]
            version = subprocess.run(
                ["dpkg-query", "--show", "--showformat=${Version}", package],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            return Component(
                package, version, licence, [Path("/usr/share/doc", package, "copyright")]
            )
    raise LicenceTrouble(f"no package of this system is known to have brought {path}")
