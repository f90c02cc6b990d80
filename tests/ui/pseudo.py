"""A language that no person reads: every text that translators would find, in accented letters.

It is made by the translators' own tools from the sources. So a text that is shown in plain letters
is either data, or was never put through translation, or is asked for where no translation is kept.
"""

from __future__ import annotations

import importlib
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QTableView,
    QWidget,
)

from lmchat_desktop.ui.widgets.plain import PlainLabel

TOOLS = Path(__file__).parents[2] / "tools"
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ"
ACCENTS = str.maketrans(PLAIN, ACCENTED)
KEPT = re.compile(r"(\{\w*[^{}]*\}|%n|%\d|\(\*\.\w+\))")
FIGURE = re.compile(r"(?<=[\d–]) (?:ms|µs|s|min|k|M|G|T|P|kB|MB|GB|TB|B)\b")
"""A unit behind its number: symbols are the same in every language."""
SYMBOLS = re.compile(r"\b(?:UTC|USD|p50|p95|p99|Ctrl\+\w|Ctrl \w|F5)\b|https?://\S*")
"""Names of keys, percentiles and currencies, and addresses."""


def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The translators' tool of this checkout."""
    monkeypatch.syspath_prepend(TOOLS)
    return importlib.import_module("translations")


def pseudo(text: str) -> str:
    """A text in the pseudo language; its fields stay."""
    pieces = KEPT.split(text)
    accented = [p if KEPT.fullmatch(p) else p.translate(ACCENTS) for p in pieces]
    return f"⟦{''.join(accented)}⟧"


def plain(text: str) -> list[str]:
    """The words of a text that are in plain letters and are no symbols."""
    return re.findall("[A-Za-z]+", SYMBOLS.sub("", FIGURE.sub("", text)))


def translate_all(file: Path) -> None:
    """Put the pseudo language into a .ts file."""
    tree = ElementTree.parse(file)
    for message in tree.getroot().iter("message"):
        translation = message.find("translation")
        assert translation is not None
        translation.attrib.pop("type", None)
        words = pseudo(message.findtext("source", ""))
        forms = translation.findall("numerusform")
        for form in forms:
            form.text = words
        if not forms:
            translation.text = words
    tree.write(file, encoding="utf-8", xml_declaration=True)


def untranslated(widgets: Iterable[QWidget], data: Iterable[str]) -> list[str]:
    """What the visible widgets show in plain letters and is no data, with the widgets' names."""
    names = sorted({name for name in data if name}, key=len, reverse=True)
    found = []
    for widget in widgets:
        for part in (widget, *widget.findChildren(QWidget)):
            if not part.isVisible():
                continue
            for what, text in texts(part):
                rest = text
                for name in names:
                    rest = rest.replace(name, "")
                if plain(rest):
                    place = part.objectName() or type(part).__name__
                    found.append(f"{place} {what}: {text}")
    return list(dict.fromkeys(found))


def texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    """All words of one widget, by what they are."""
    yield "tooltip", re.sub("<[^>]*>", "", widget.toolTip())
    yield "name", widget.accessibleName()
    yield "description", widget.accessibleDescription()
    if widget.isWindow():
        yield "title", widget.windowTitle()
    if isinstance(widget, PlainLabel):
        yield "label", widget.whole_text()
    elif isinstance(widget, QLabel):
        yield "label", widget.text()
    elif isinstance(widget, QAbstractButton):
        yield "button", widget.text()
    elif isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    elif isinstance(widget, QComboBox):
        for place in range(widget.count()):
            yield "choice", widget.itemText(place)
    elif isinstance(widget, QTabBar):
        for place in range(widget.count()):
            yield "tab", widget.tabText(place)
    elif isinstance(widget, QAbstractItemView):
        yield from _cells(widget)
    for menu in widget.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
        yield from _entries(menu)


def _cells(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    model = view.model()
    if model is None:
        return
    if isinstance(view, QHeaderView):
        for section in range(view.count()):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield "header", str(model.headerData(section, view.orientation(), role) or "")
        return
    columns = model.columnCount() if isinstance(view, QTableView) else 1
    for row in range(model.rowCount()):
        for column in range(columns):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield "cell", str(model.index(row, column).data(role) or "")


def _entries(menu: QMenu) -> Iterator[tuple[str, str]]:
    yield "menu", menu.title()
    for action in menu.actions():
        yield from _entry(action)


def _entry(action: QAction) -> Iterator[tuple[str, str]]:
    # What stands behind a tab are keys, which no language translates.
    yield "entry", action.text().replace("&&", "&").split("\t")[0]
    below = action.menu()
    if isinstance(below, QMenu):
        yield from _entries(below)
