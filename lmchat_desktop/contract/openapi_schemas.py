"""The JSON schemas of the API's types, as the OpenAPI document refers to them."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, TypeGuard

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from lmchat_desktop.contract.base import Answer, Body, Problem
from lmchat_desktop.contract.operation import Operation

_PACKAGE = "lmchat_desktop.contract."
_REFERENCE = "#/components/schemas/"


class _Generator(GenerateJsonSchema):
    """No titles that repeat a field's name, and decimals as exact texts, never as floats."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never: the name says it."""
        return False

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A decimal as text."""
        return {"type": "string", "pattern": r"^\d+(\.\d+)?$", "examples": ["0.00000015"]}


class Schemas:
    """The schemas of the types that operations name.

    Attributes:
        components: each type's schema by its name, without the types of queries.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        queries: set[type[BaseModel]] = set()
        types: set[type[BaseModel]] = {Problem}
        for operation in operations:
            if operation.query is not None:
                queries.add(operation.query)
            for one in (operation.answer, operation.body):
                if _is_model(one):
                    types.add(one)
        ordered = sorted(types | queries, key=lambda one: one.__name__)
        mapping, definitions = models_json_schema(
            [(one, "validation") for one in ordered],
            ref_template=_REFERENCE + "{model}",
            schema_generator=_Generator,
        )
        every: dict[str, Any] = _renamed(definitions["$defs"])
        self._names: dict[type[BaseModel], str] = {}
        for one in ordered:
            reference: str = _renamed(mapping[one, "validation"])["$ref"]
            self._names[one] = reference.removeprefix(_REFERENCE)
        for one in _all_models(Body) + _all_models(Answer):
            if one.__name__ in every:
                _describe_fields(one, every[one.__name__])
        self._queries = {self._names[one]: every[self._names[one]] for one in queries}
        hidden = {self._names[one] for one in queries - types}
        self.components: dict[str, Any] = {
            name: schema for name, schema in sorted(every.items()) if name not in hidden
        }

    def of(self, model: type[BaseModel]) -> dict[str, str]:
        """A reference to the type's schema."""
        return {"$ref": _REFERENCE + self._names[model]}

    def inline(self, query: type[BaseModel]) -> dict[str, Any]:
        """The schema of a query's type."""
        schema: dict[str, Any] = self._queries[self._names[query]]
        return schema


def nullable_removed(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter's schema: left out where it would be null."""
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    if schema.get("default") is not None:
        kept["default"] = schema["default"]
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            kept |= one
    return kept


def _is_model(one: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(one, type) and issubclass(one, BaseModel)


def _all_models(base: type[BaseModel]) -> list[type[BaseModel]]:
    """The contract's types below one of its own."""
    below: list[type[BaseModel]] = []
    for one in base.__subclasses__():
        if one.__module__.startswith(_PACKAGE):
            below.append(one)
        below += _all_models(one)
    return below


def _renamed(schema: Any) -> Any:
    """The same with `AccountPage` for `Page_Account_`."""
    return json.loads(re.sub(r"\bPage_([A-Za-z]+)_(?=\")", r"\1Page", json.dumps(schema)))


def _describe_fields(model: type[BaseModel], schema: dict[str, Any]) -> None:
    """Take over what stands below a field in the source of its type."""
    for owner in reversed(model.__mro__):
        if owner in (BaseModel, object) or not _is_model(owner):
            continue
        for name, text in _field_docs(owner).items():
            field = schema.get("properties", {}).get(name)
            if field is not None and "description" not in field:
                field["description"] = text


def _field_docs(model: type[Any]) -> dict[str, str]:
    try:
        source = inspect.getsource(model)
    except (OSError, TypeError):
        return {}
    definition = ast.parse(textwrap.dedent(source)).body[0]
    if not isinstance(definition, ast.ClassDef):
        return {}
    docs: dict[str, str] = {}
    for before, after in pairwise(definition.body):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            docs[before.target.id] = inspect.cleandoc(after.value.value)
    return docs
