"""Everything that is distributed may be: permissive licences, and Qt under the LGPL."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "requirements" / "run.txt"
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|HPND|0BSD|CC0|MPL)\b", re.I
)
COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.I)
QT = {"pyside6-essentials", "shiboken6"}
ZLIB_TEXT = "This software is provided 'as-is', without any express or implied warranty."


def distributed() -> list[str]:
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", RUN.read_text(), flags=re.M)
    return sorted({name for name in names if _installed(name)})


def _installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False  # for another system or Python
    return True


@pytest.mark.parametrize("name", distributed())
def test_a_distributed_package_is_permissively_licensed(name: str) -> None:
    about = metadata.metadata(name)
    expression = about.get("License-Expression") or about.get("License") or ""
    classifiers = [line for line in about.get_all("Classifier") or [] if "License ::" in line]
    stated = " ".join([expression, *classifiers])
    if name in QT:
        assert "LGPL-3.0-only" in stated
    elif PERMISSIVE.search(stated):
        assert not COPYLEFT.search(stated), stated[:200]
    else:
        assert ZLIB_TEXT in licence_text(name)


def licence_text(name: str) -> str:
    """What a package's licence files say, on one line: for those whose metadata say nothing."""
    files = [file for file in metadata.files(name) or [] if "LICENSE" in file.name.upper()]
    return " ".join(" ".join(file.read_text().split()) for file in files)


def test_requirements_are_hashed_and_name_no_index() -> None:
    for path in RUN.parent.glob("*.txt"):
        text = path.read_text()
        pinned = re.findall(r"^[a-z0-9][^\n]*==", text, flags=re.M)
        assert len(pinned) >= (20 if path.stem in {"run", "develop"} else 1)
        assert text.count("--hash=sha256:") >= len(pinned)
        assert not re.search(r"https?://|--(extra-)?index|--find-links", text)
