"""The interface in the language of the system, where the installation has a translation for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lmchat_desktop.resource_files import resource_path

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = "translations"
NAME = "lmchat"
SOURCE = "en"
"""The language that the texts are written in; it needs no translation."""


def speak(app: QCoreApplication, languages: Sequence[str] | None = None) -> str:
    """Have the interface speak the first language that it can of those that a person reads.

    It has to be called before the first widget is made, since texts are looked up only once. Qt's
    own texts follow, where Qt has them; without a translation nothing happens.

    Args:
        app: the application, which keeps the translations.
        languages: tags such as `de-AT`, the best one first; those of the system when None.

    Returns:
        The language that was chosen, `en` where the texts stay as they are written.
    """
    folder = _folder()
    for tag in QLocale.system().uiLanguages() if languages is None else languages:
        for language in _widening(tag):
            if language == SOURCE:
                return SOURCE
            if folder is not None and _install(app, folder / f"{NAME}_{language}.qm"):
                _install_qt(app, language)
                return language
    return SOURCE


def _folder() -> Path | None:
    try:
        return resource_path(FOLDER)
    except FileNotFoundError:
        return None


def _widening(tag: str) -> list[str]:
    """The names that a translation for a tag can have, the closest first.

    `zh-Hans-CN` reads `zh_Hans_CN`, `zh_CN`, `zh_Hans` or `zh`.
    """
    parts = tag.replace("-", "_").split("_")
    names = ["_".join(parts)]
    if len(parts) > 2:
        names.append(f"{parts[0]}_{parts[-1]}")
    names += ["_".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
    return list(dict.fromkeys(names))


def _install_qt(app: QCoreApplication, language: str) -> None:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for name in _widening(language):
        if _install(app, folder / f"qtbase_{name}.qm"):
            return


def _install(app: QCoreApplication, file: Path) -> bool:
    """Have a file looked up in before all others; whether it is there and can be read."""
    translator = QTranslator()
    if not file.is_file() or not translator.load(str(file)):
        return False
    translator.setParent(app)
    return app.installTranslator(translator)
