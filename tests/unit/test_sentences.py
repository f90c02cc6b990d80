"""What the layers below the interface say to people is a `Sentence`: it can be translated."""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from string import Formatter

import pytest

import lmchat_desktop
from lmchat_desktop.cache.trouble import CacheTrouble
from lmchat_desktop.client.errors import ApiTrouble, Effect
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.wording import Sentence
from lmchat_desktop.settings.errors import SettingsTrouble

ROOT = Path(lmchat_desktop.__file__).parent
LAYERS = ("client", "cache", "settings", "sync", "services", "domain")
ROOTS = (ApiTrouble, CacheTrouble, SettingsTrouble)
MAKERS = frozenset({"said", "in_order"})
WORDED = {"SyncProgress": ("what", 2), "SyncState": ("detail", 2)}
"""Other classes whose field of that name and place is shown to people; "" says nothing."""
MESSAGE = ("message", 0)


def trees() -> dict[Path, ast.Module]:
    files = [file for layer in LAYERS for file in sorted((ROOT / layer).rglob("*.py"))]
    return {file: ast.parse(file.read_text()) for file in files}


def troubles(classes: dict[str, set[str]]) -> set[str]:
    """The names of all error classes that have a message, by their bases' names."""
    found = {root.__name__ for root in ROOTS}
    while more := {name for name, bases in classes.items() if bases & found} - found:
        found |= more
    return found


def bases(trees: dict[Path, ast.Module]) -> dict[str, set[str]]:
    return {
        node.name: {_name(base) for base in node.bases}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }


def bare_messages(tree: ast.AST, errors: set[str]) -> Iterator[int]:
    """The lines of messages for people that no translation would be found for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in errors:
            yield from _bare_in_class(node)
        if isinstance(node, ast.Call):
            name = _name(node.func)
            place = MESSAGE if name in errors else WORDED.get(name)
            if place is not None and _is_bare(_argument(node, place)):
                yield node.lineno


def _bare_in_class(node: ast.ClassDef) -> Iterator[int]:
    for statement in node.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="message")], value=value)
                | ast.AnnAssign(target=ast.Name(id="message"), value=value)
            ) if _is_bare(value):
                yield statement.lineno
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")))) if (
                _is_bare(_argument(call, MESSAGE))
            ):
                yield call.lineno


def _argument(call: ast.Call, place: tuple[str, int]) -> ast.expr | None:
    name, number = place
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[number] if len(call.args) > number else None


def _is_bare(value: ast.expr | None) -> bool:
    """Whether an expression makes text that is no sentence; mypy checks what names stand for."""
    match value:
        case ast.Constant(value=str() as text):
            return text != ""
        case ast.JoinedStr() | ast.BinOp():
            return True
        case ast.IfExp(body=body, orelse=otherwise):
            return _is_bare(body) or _is_bare(otherwise)
        case ast.BoolOp(values=values):
            return any(map(_is_bare, values))
        case ast.Call(func=ast.Name(id="str") | ast.Attribute(value=ast.Constant())):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace" | "strip")):
            return True
        case _:
            return False


def _name(expression: ast.expr) -> str:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def sayings() -> list[tuple[str, ast.Call]]:
    """All calls that make a sentence, anywhere in the product, with their places."""
    found = []
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) == "said":
                found.append((f"{file.relative_to(ROOT)}:{node.lineno}", node))
    return found


def test_every_message_for_people_is_a_sentence() -> None:
    parsed = trees()
    errors = troubles(bases(parsed))
    assert {"SignedOut", "DiskFull", "KeyringMissing"} < errors
    bare = [
        f"{file.relative_to(ROOT)}:{line}"
        for file, tree in parsed.items()
        for line in bare_messages(tree, errors)
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ('raise Lost("It is lost.")', True),
        ('raise Lost(f"It is {state}.")', True),
        ('raise Lost(message="It is lost.")', True),
        ('raise Lost("It is " + state)', True),
        ('raise Lost("It is {}.".format(state))', True),
        ("raise Lost(str(error))", True),
        ('raise Lost(said("X", "Lost.") if lost else "Found.")', True),
        ('raise errors.Lost("It is lost.", "errno 5")', True),
        ('raise Lost(said("X", "It is lost."), f"errno {number}")', False),
        ('raise Lost(in_order(said("X", "It is lost."), effect.value))', False),
        ("raise Lost(words)", False),
        ("raise Lost()", False),
        ('raise ValueError("not for people")', False),
        ('class Lost(Exception):\n    message = "It is lost."', True),
        ('class Lost(Exception):\n    message: str = "It is lost."', True),
        ('class Lost(Exception):\n    message = said("X", "It is lost.")', False),
        (
            'class Lost(Exception):\n    def __init__(self):\n        super().__init__("Lost.")',
            True,
        ),
        ('SyncState(phase, since, "Offline.")', True),
        ('SyncState(phase, since, "")', False),
        ('SyncProgress(1, 2, what="usage")', True),
    ],
)
def test_the_scan_sees_what_it_should(source: str, bare: bool) -> None:
    assert bool(list(bare_messages(ast.parse(source), {"Lost"}))) is bare


@pytest.mark.parametrize("root", ROOTS)
def test_a_message_is_typed_so_that_no_other_text_passes_mypy(root: type) -> None:
    annotation = inspect.signature(root).parameters["message"].annotation
    assert annotation in {"Sentence", "Sentence | None"}


def subclasses(kind: type) -> Iterator[type]:
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


def test_fixed_messages_can_be_said_and_copied() -> None:
    for layer in LAYERS:
        package = importlib.import_module(f"lmchat_desktop.{layer}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    fixed = [kind for root in ROOTS for kind in subclasses(root) if hasattr(kind, "message")]
    assert len(fixed) > 10
    for kind in fixed:
        if not kind.__module__.startswith("lmchat_desktop."):
            continue
        trouble = kind()
        assert isinstance(trouble.message, Sentence)
        for again in (copy.copy(trouble), pickle.loads(pickle.dumps(trouble))):
            assert type(again) is kind
            assert again.message == trouble.message
            assert again.message.template == trouble.message.template


def test_what_a_failed_call_can_have_changed_is_a_sentence() -> None:
    assert all(isinstance(effect.value, Sentence) for effect in Effect)
    assert pickle.loads(pickle.dumps(Effect.UNKNOWN)) is Effect.UNKNOWN


def test_translators_find_every_sentence_by_its_literals() -> None:
    """Their tools read the source: a context and a template that are computed are lost to them."""
    calls = sayings()
    assert len(calls) > 100
    computed = [
        place
        for place, call in calls
        if len(call.args) != 2
        or not all(
            isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            for argument in call.args
        )
    ]
    assert computed == []


def test_every_field_of_a_sentence_has_its_value() -> None:
    wrong = []
    for place, call in sayings():
        given = {keyword.arg for keyword in call.keywords}
        template = call.args[1]
        assert isinstance(template, ast.Constant)
        fields = {name for _, name, _, _ in Formatter().parse(str(template.value)) if name}
        if given and fields != given:
            wrong.append(place)
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        formatting.age(4),
        formatting.age(59.7),
        formatting.age(7200),
        formatting.age(9e6),
        formatting.ago(0),
        formatting.ago(700),
        formatting.day(0.0, UTC, year=True),
        formatting.day(0.0, UTC),
        formatting.moment(0.0, UTC),
        formatting.span(0.0, 86400.0 * 3, UTC),
        formatting.span(0.0, 900.0, UTC),
        formatting.span(900.0, 86400.0 * 3, UTC),
        formatting.change(3, 0).number,
        str(formatting.points(0.3, 0.2)),
        *formatting.MONTHS,
    ],
)
def test_figures_in_words_are_sentences(text: str) -> None:
    assert isinstance(text, Sentence)
    assert all(isinstance(value, str | int) for value in text.values.values())
