"""Finds in the sources of the product every text that can be translated, with its context.

Qt's own reader of Python stops at keyword arguments, as `said` has them, and knows no function that
stands for `translate`; so the sources are read here, and Qt's tools are given what was found.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """A text that can be translated.

    Attributes:
        context: whose text it is: the class that says it, or what the call names.
        source: the text in English.
        plural: whether it depends on a number, `%n` in it.
        file: where it stands, below the package.
    """

    context: str
    source: str
    plural: bool
    file: str


class NotLiteral(Exception):
    """A text for people is computed, so that no translation can be kept for it."""


def texts(package: Path) -> list[Text]:
    """All texts of a package, by context and source.

    Raises:
        NotLiteral: a text is not given as a literal.
    """
    trees = {
        file.relative_to(package): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(package.rglob("*.py"))
    }
    helpers = {
        (".".join([package.name, *file.with_suffix("").parts]), function): context
        for file, tree in trees.items()
        for function, context in _helpers(tree)
    }
    found: dict[tuple[str, str, bool], Text] = {}
    for file, tree in trees.items():
        module = ".".join([package.name, *file.with_suffix("").parts])
        for text in _Reader(file.as_posix(), _known(module, tree, helpers)).read(tree):
            found.setdefault((text.context, text.source, text.plural), text)
    return [found[key] for key in sorted(found)]


def _helpers(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions of a module that put their argument into the language, with their contexts."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        match node.body[-1]:
            case ast.Return(
                value=ast.Call(
                    func=ast.Attribute(attr="translate") | ast.Name(id="translate"),
                    args=[ast.Constant(value=str() as context), ast.Name(id=given), *_],
                )
            ) if node.args.args and node.args.args[0].arg == given:
                yield node.name, context


def _known(module: str, tree: ast.Module, helpers: dict[tuple[str, str], str]) -> dict[str, str]:
    """The helpers that a module calls, by the names that they have there."""
    own = {name: context for (home, name), context in helpers.items() if home == module}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                context = helpers.get((node.module, alias.name))
                if context is not None:
                    own[alias.asname or alias.name] = context
    return own


class _Reader(ast.NodeVisitor):
    """Reads one module."""

    def __init__(self, file: str, helpers: dict[str, str]) -> None:
        self._file = file
        self._helpers = helpers
        self._classes: list[str] = []
        self._found: list[Text] = []

    def read(self, tree: ast.Module) -> list[Text]:
        """All texts of the module."""
        self.visit(tree)
        return self._found

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Remember whose texts come."""
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        """Take the text of a call that translates, or that marks a text for translation."""
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value=ast.Name(id="self"), attr="tr"):
                self._take(node, self._classes[-1], 0)
            case ast.Name(id=name) if name in self._helpers:
                self._take(node, self._helpers[name], 0)
            case ast.Name(id="said" | "QT_TRANSLATE_NOOP"):
                self._take(node, self._literal(node, 0), 1)
            case (
                ast.Name(id="translate")
                | ast.Attribute(value=ast.Name(id="QCoreApplication"), attr="translate")
            ) if all(isinstance(each, ast.Constant) for each in node.args[:2]):
                # With other arguments it looks up what was marked elsewhere.
                self._take(node, self._literal(node, 0), 1)

    def _take(self, node: ast.Call, context: str, place: int) -> None:
        plural = len(node.args) > place + 2
        self._found.append(Text(context, self._literal(node, place), plural, self._file))

    def _literal(self, node: ast.Call, place: int) -> str:
        match node.args[place : place + 1]:
            case [ast.Constant(value=str() as text)]:
                return text
        raise NotLiteral(f"{self._file}:{node.lineno}: {ast.unparse(node)}")
