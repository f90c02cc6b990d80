"""What differs in a frozen build, and what may go into one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lmchat_desktop import frozen
from lmchat_desktop.resource_files import resource_path

ROOT = Path(__file__).parents[2]


@pytest.fixture
def as_frozen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This process as the loader of a frozen build would start it; answers the build's folder."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "lmchat-desktop"))
    for name in (frozen.LIBRARY_PATH, frozen.LIBRARY_PATH_BEFORE, frozen.STARTS_AFRESH):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path


def test_a_frozen_build_starts_itself_and_finds_its_own_files(as_frozen: Path) -> None:
    assert frozen.own_command() == [str(as_frozen / "lmchat-desktop")]
    (as_frozen / "resources").mkdir()
    own = as_frozen / "resources" / "openapi.json"
    own.write_text("{}")
    assert resource_path("openapi.json") == own


def test_a_checkout_starts_itself_by_its_python() -> None:
    assert frozen.own_command() == [sys.executable, "-m", "lmchat_desktop"]
    assert frozen.bundle_folder() is None


@pytest.mark.parametrize("before", [None, "/opt/somewhere"])
def test_what_a_frozen_build_starts_does_not_see_its_libraries(
    as_frozen: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.setenv(frozen.LIBRARY_PATH, str(as_frozen))
    if before is not None:
        monkeypatch.setenv(frozen.LIBRARY_PATH_BEFORE, before)
    frozen.free_children()
    assert os.environ.get(frozen.LIBRARY_PATH) == before
    assert frozen.LIBRARY_PATH_BEFORE not in os.environ
    assert os.environ[frozen.STARTS_AFRESH] == "1"


def test_a_checkout_leaves_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(frozen.LIBRARY_PATH, "/opt/mine")
    monkeypatch.delenv(frozen.STARTS_AFRESH, raising=False)
    frozen.free_children()
    assert os.environ[frozen.LIBRARY_PATH] == "/opt/mine"
    assert frozen.STARTS_AFRESH not in os.environ


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModuleType, ModuleType]]:
    """The modules that lmchat.spec asks: what goes in, and under which licences."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import frozen_parts
    import licences

    yield frozen_parts, licences
    for name in ("frozen_parts", "licences"):
        sys.modules.pop(name, None)


Tools = Any


def test_only_what_is_pinned_for_using_is_needed(tools: Tools) -> None:
    parts, _licences = tools
    pins = (ROOT / "requirements" / "run.txt").read_text()
    pinned = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", pins, flags=re.M))
    needed = parts.distributions()
    assert {"pyside6-essentials", "keyring", "sqlcipher3", "jeepney"} <= needed
    assert needed <= pinned
    others = set(parts.modules_of_others())
    assert {"pytest", "psycopg", "hypothesis"} <= others
    assert not others & {"PySide6", "keyring", "lmchat_desktop", "typing_extensions"}


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qminimal.dll", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/plugins/iconengines/libqsvgicon.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", True),
        ("PySide6/Qt/translations/qtbase_xx.qm", False),
        ("PySide6/Qt/translations/linguist_de.qm", False),
    ],
)
def test_of_qt_only_what_is_used_goes_in(tools: Tools, place: str, wanted: bool) -> None:
    parts, _licences = tools
    assert parts.is_wanted((place, sys.executable, "DATA")) is wanted


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring none along")
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("libxcb-cursor.so.0", True),
        ("libcrypto.so.3", True),
        ("libglib-2.0.so.0", False),
        ("libreadline.so.8", False),
        ("libstdc++.so.6", False),
        ("libgtk-3.so.0", False),
    ],
)
def test_of_the_system_only_known_and_permissive_libraries_go_in(
    tools: Tools, name: str, wanted: bool
) -> None:
    parts, _licences = tools
    assert parts.is_wanted((name, f"/nowhere/lib/{name}", "BINARY")) is wanted


@pytest.mark.parametrize(
    ("name", "stated", "refused"),
    [
        ("fine", "MIT", False),
        ("either", "Apache-2.0 OR GPL-2.0-only", False),
        ("pyside6-essentials", "LGPL-3.0-only OR GPL-2.0-only", False),
        ("taken", "GPL-3.0-only", True),
        ("lesser", "LGPL-2.1-or-later", True),
        ("both", "MIT AND AGPL-3.0-only", True),
        ("silent", "", True),
    ],
)
def test_copyleft_and_what_states_nothing_is_refused(
    tools: Tools, tmp_path: Path, name: str, stated: str, refused: bool
) -> None:
    _parts, licences = tools
    text = tmp_path / "LICENSE"
    text.write_text("Terms.")
    component = licences.Component(name, "1", stated, [text])
    if refused:
        with pytest.raises(licences.LicenceTrouble, match=name):
            licences.judge(component)
    else:
        licences.judge(component)


def test_a_file_of_nobody_is_refused(tools: Tools, tmp_path: Path) -> None:
    _parts, licences = tools
    stray = tmp_path / "libstray.so"
    stray.write_bytes(b"")
    with pytest.raises(licences.LicenceTrouble, match="libstray"):
        licences.components([str(stray)])


def test_the_texts_are_written_with_a_list(tools: Tools, tmp_path: Path) -> None:
    _parts, licences = tools
    found = licences.components([jeepney_file(), os.__file__])
    licences.write(found, tmp_path / "licences")
    listed = (tmp_path / "licences" / "README.txt").read_text()
    assert "\njeepney " in listed
    assert "\npython " in listed
    assert list((tmp_path / "licences" / "jeepney").iterdir())


def test_qt_is_taken_under_the_lgpl_with_its_text(tools: Tools) -> None:
    _parts, licences = tools
    component = licences.Component("shiboken6", "6", "LGPL-3.0-only OR GPL-2.0-only")
    licences.judge(component)
    assert component.licence == "LGPL-3.0-only"
    assert [path.name for path in component.texts] == ["LGPL-3.0.txt", "GPL-3.0.txt"]
    assert all(path.is_file() for path in component.texts)


def jeepney_file() -> str:
    """A file of a small package that the build contains."""
    import jeepney

    assert jeepney.__file__ is not None
    return jeepney.__file__
