"""Every text that people see goes through Qt's translation, wherever it stands in the interface."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import lmchat_desktop

ROOT = Path(lmchat_desktop.__file__).parent
SETTERS = frozenset(
    {
        "setText",
        "setWindowTitle",
        "setToolTip",
        "setPlaceholderText",
        "setAccessibleName",
        "setStatusTip",
        "setTitle",
        "setAccessibleDescription",
        "setWhatsThis",
        "setInformativeText",
        "setLabelText",
        "setPrefix",
        "setSuffix",
        "addAction",
        "addMenu",
        "addItem",
        "set_caption",
        "set_message",
        "show_message",
        "show_start",
        "add_text",
        "add_button",
        "add_action",
        "tell",
        "say",
    }
)
MAKERS = frozenset(
    {
        "PlainLabel",
        "Button",
        "MenuButton",
        "SearchButton",
        "Banner",
        "EmptyState",
        "Card",
        "FigureTile",
        "Chip",
        "RailItem",
        "Action",
        "Entry",
        "QLabel",
        "QPushButton",
        "QRadioButton",
        "QCheckBox",
        "QAction",
        "QMenu",
    }
)
TRANSLATING = frozenset({"tr", "translate", "QT_TRANSLATE_NOOP", "QT_TRANSLATE_NOOP3"})
TECHNICAL = {
    "Action": (0,),
    "Banner": (1, 2),
    "EmptyState": (1, 2),
    "set_message": (1, 2),
    "show_message": (0,),
    "say": (1,),
    "Entry": (1, 2),
}
"""Which arguments are words, where others are names of icons and kinds."""
WORD_KEYWORDS = frozenset({"text", "title", "detail", "action", "hint", "caption", "name", "words"})
FIGURES_IN_WORDS = frozenset({"age", "ago", "day", "moment", "span"})
"""What of `domain.formatting` answers sentences: they are shown by way of `translated`."""
NAMES = frozenset({"lmchat", "Ctrl K", "Ctrl+"})
"""What has no translation: the product, and keys as they are printed on a keyboard."""


def sources() -> list[Path]:
    return sorted([*(ROOT / "ui").rglob("*.py"), *(ROOT / "tour").glob("*.py")])


def bare_texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each word that is shown as it stands in the source."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = _name(node.func)
        if called not in SETTERS and called not in MAKERS:
            continue
        places = TECHNICAL.get(called, (0,))
        shown = [argument for place, argument in enumerate(node.args) if place in places]
        shown += [word.value for word in node.keywords if word.arg in WORD_KEYWORDS]
        for expression in shown:
            for text in _literals(expression):
                if any(letter.isalpha() for letter in text) and text not in NAMES:
                    yield node.lineno, text


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _literals(expression: ast.expr) -> Iterator[str]:
    """The literals that an expression can come to; what a call makes of its arguments is not."""
    match expression:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _literals(part)
        case ast.FormattedValue(value=value):
            yield from _literals(value)
        case ast.IfExp(body=body, orelse=otherwise):
            yield from _literals(body)
            yield from _literals(otherwise)
        case ast.BinOp(left=left, right=right):
            yield from _literals(left)
            yield from _literals(right)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _literals(value)
        case ast.Call(func=ast.Attribute(value=made, attr=method)) if method not in TRANSLATING:
            yield from _literals(made)
        case _:
            return


def bare_figures(tree: ast.AST) -> Iterator[int]:
    """The lines where a date or an age is not put into the language."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "lmchat_desktop.domain.formatting"
        for alias in node.names
        if alias.name in FIGURES_IN_WORDS
    }
    translated = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) == "translated"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="formatting"), attr=name) | ast.Name(id=name)
            ) if node not in translated:
                qualified = isinstance(node.func, ast.Attribute)
                if name in (FIGURES_IN_WORDS if qualified else imported):
                    yield node.lineno


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_is_shown_untranslated(path: Path) -> None:
    assert list(bare_texts(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('label.setText("Hello")', ["Hello"]),
        ('label.setText(self.tr("Hello"))', []),
        ('label.setText(translate("Shell", "Hello {x}").replace("{x}", "you"))', []),
        ('label.setText("Hello {x}".replace("{x}", "you"))', ["Hello {x}"]),
        ('label.setText(f"{count} keys")', [" keys"]),
        ('label.setText(f"{count:,} · {size}")', []),
        ('label.setText(tr("Yes") if on else "No")', ["No"]),
        ('label.setText(name or "Nobody")', ["Nobody"]),
        ('label.setText("lmchat")', []),
        ('PlainLabel("Name", self, role="title")', ["Name"]),
        ('Button(text="Go", look="primary")', ["Go"]),
        ('Banner("bad", "It failed", self)', ["It failed"]),
        ('Banner("bad", "", self, action=self.tr("Again"))', []),
        ('self.setObjectName("rail")', []),
    ],
)
def test_the_scan_sees_what_it_should(source: str, found: list[str]) -> None:
    assert [text for _, text in bare_texts(ast.parse(source))] == found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "ui").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_date_or_age_is_shown_untranslated(path: Path) -> None:
    assert list(bare_figures(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("label.setText(formatting.ago(age))", [1]),
        ("label.setText(translated(formatting.ago(age)))", []),
        ("from lmchat_desktop.domain.formatting import span\nshow(span(start, end, zone))", [2]),
        ("show(span(start, end))", []),
        ("tile.set_figures(formatting.count(1))", []),
    ],
)
def test_the_scan_for_dates_sees_what_it_should(source: str, lines: list[int]) -> None:
    assert list(bare_figures(ast.parse(source))) == lines
