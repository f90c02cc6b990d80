"""The interface speaks the first language of a person that the installation has."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from lmchat_desktop.domain.wording import in_order, said
from lmchat_desktop.ui import language
from lmchat_desktop.ui.wording import translated
from tests.ui.pseudo import pseudo, tool, translate_all

TEXT = "Sign out"


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's resources, with an empty folder of translations."""
    monkeypatch.setattr(language, "resource_path", lambda name: tmp_path / name)
    (tmp_path / language.FOLDER).mkdir()
    return tmp_path / language.FOLDER


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """The application, which speaks English again afterwards."""
    yield qapp
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.setParent(None)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pseudo language, gathered and compiled once."""
    file = tmp_path_factory.mktemp("translations") / "lmchat_de.ts"
    with pytest.MonkeyPatch.context() as monkeypatch:
        translations = tool(monkeypatch)
        translations.collect(file, "de")
        translate_all(file)
        return Path(translations.compile_(file))


@pytest.fixture
def german(resources: Path, compiled: Path) -> Path:
    """A translation for German: the pseudo language under its name."""
    return Path(shutil.copy(compiled, resources))


def text() -> str:
    return QCoreApplication.translate("SignOutDialog", TEXT)


@pytest.mark.parametrize("tags", [["de"], ["de-AT"], ["fr", "de-Latn-AT", "en"], ["de_DE"]])
def test_it_speaks_what_there_is(app: QApplication, german: Path, tags: list[str]) -> None:
    assert language.speak(app, tags) == "de"
    assert text() == pseudo(TEXT)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


@pytest.mark.parametrize("tags", [[], ["C"], ["en"], ["fr"], ["en-GB", "de"], ["zh-Hans-CN"]])
def test_it_stays_in_english(app: QApplication, german: Path, tags: list[str]) -> None:
    assert language.speak(app, tags) == "en"
    assert text() == TEXT


def test_a_region_is_taken_before_its_language(app: QApplication, german: Path) -> None:
    german.rename(german.with_name("lmchat_zh_CN.qm"))
    assert language.speak(app, ["zh-Hant-TW"]) == "en"
    assert language.speak(app, ["zh-Hans-CN", "zh-CN", "zh-Hans", "zh"]) == "zh_CN"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_a_broken_translation_and_a_missing_folder_are_survived(
    app: QApplication, resources: Path
) -> None:
    (resources / "lmchat_de.qm").write_bytes(b"no translation")
    assert language.speak(app, ["de"]) == "en"
    (resources / "lmchat_de.qm").unlink()
    resources.rmdir()
    assert language.speak(app, ["de"]) == "en"


def test_the_system_is_asked(app: QApplication) -> None:
    assert language.speak(app)


def test_sentences_of_the_layers_below_are_put_into_the_language(
    app: QApplication, german: Path
) -> None:
    language.speak(app, ["de"])
    host = "admin.example.org"
    sentence = in_order(
        said("Client", "No connection to {host}.", host=host), said("Client", "Try again.")
    )
    together = [pseudo("No connection to {host}.").format(host=host), pseudo("Try again.")]
    assert translated(sentence) == pseudo(" ").join(together)
    assert translated(host) == host


def test_a_translation_that_loses_a_field_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translations = tool(monkeypatch)
    file = tmp_path / "lmchat_de.ts"
    translations.collect(file, "de")
    translate_all(file)
    assert list(translations.mistakes(file)) == []
    words = pseudo("No connection to {host}.")
    broken = file.read_text(encoding="utf-8").replace(words, words.replace("{host}", "{hsot}"))
    file.write_text(broken, encoding="utf-8")
    (mistake,) = translations.mistakes(file)
    assert "{hsot}" in mistake
