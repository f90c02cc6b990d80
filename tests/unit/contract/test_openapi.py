"""The OpenAPI document: valid, exported, and whole."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from lmchat_desktop.contract.openapi import document, document_text
from lmchat_desktop.contract.operation import Operation, Trait
from lmchat_desktop.contract.operations import OPERATIONS
from lmchat_desktop.contract.usage_arrow import COLUMNS
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.resource_files import resource_path


@pytest.fixture(scope="module")
def exported() -> dict[str, Any]:
    return document()


def described(exported: dict[str, Any], operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = exported["paths"][operation.path][operation.method.lower()]
    return found


def test_it_is_valid_openapi_3_1(exported: dict[str, Any]) -> None:
    assert exported["openapi"].startswith("3.1")
    assert [str(error) for error in OpenAPIV31SpecValidator(exported).iter_errors()] == []


def test_the_exported_file_is_what_the_types_say() -> None:
    file = resource_path("openapi.json").read_text(encoding="utf-8")
    assert file == document_text(), "run: lmchat-desktop openapi --out resources/openapi.json"


def test_operations_have_names_and_calls_of_their_own() -> None:
    assert len({operation.id for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_an_operation_says_what_a_backend_has_to_do(
    exported: dict[str, Any], operation: Operation
) -> None:
    call = described(exported, operation)
    assert call["operationId"] == operation.id
    sent = {
        parameter["$ref"].rsplit("/", 1)[1]
        for parameter in call["parameters"]
        if "$ref" in parameter
    }
    named = {parameter["name"] for parameter in call["parameters"] if "name" in parameter}
    assert set(re.findall(r"\{(\w+)\}", operation.path)) <= named
    assert ("IdempotencyKey" in sent) == operation.has(Trait.IDEMPOTENT)
    assert ("IfMatch" in sent) == operation.has(Trait.IF_MATCH)
    assert ("IfNoneMatch" in sent) == operation.has(Trait.CONDITIONAL)
    assert {"limit", "cursor"} <= named or not operation.has(Trait.PAGED)
    answers = call["responses"]
    assert {str(operation.status), "429", "500", "503"} <= set(answers)
    assert "401" in answers or call["security"] == []
    assert "RateLimit-Remaining" in answers[str(operation.status)]["headers"]
    if operation.has(Trait.IF_MATCH):
        assert {"412", "428"} <= set(answers)
    if operation.scope is not None:
        assert "403" in answers
        assert {"oauth": [operation.scope.value]} in call["security"]


def test_a_call_that_acts_can_be_repeated_or_is_bound_to_what_was_seen() -> None:
    unguarded = {
        operation.id
        for operation in OPERATIONS
        if operation.method != "GET"
        and not operation.traits
        & {Trait.IDEMPOTENT, Trait.IDEMPOTENT_OPTIONAL, Trait.IF_MATCH, Trait.HTML}
    }
    assert unguarded == set()


def test_every_scope_is_explained(exported: dict[str, Any]) -> None:
    flow = exported["components"]["securitySchemes"]["oauth"]["flows"]["authorizationCode"]
    assert set(flow["scopes"]) == {scope.value for scope in Scope}


def test_every_column_of_a_slice_is_explained(exported: dict[str, Any]) -> None:
    text = exported["paths"]["/v1/usage/slices/{slice_id}"]["get"]["description"]
    assert set(COLUMNS) <= set(re.findall(r"`(\w+)`", text))


def test_money_is_an_integer_and_prices_are_exact_text(exported: dict[str, Any]) -> None:
    schemas = exported["components"]["schemas"]
    assert schemas["RequestSummary"]["properties"]["cost_nanos"]["type"] == "integer"
    assert schemas["Price"]["properties"]["input_usd"]["type"] == "string"


def test_bodies_refuse_unknown_fields_and_answers_may_grow(exported: dict[str, Any]) -> None:
    schemas = exported["components"]["schemas"]
    assert schemas["KeyCreate"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["ApiKey"]


def test_what_stands_below_a_field_is_in_the_document(exported: dict[str, Any]) -> None:
    field = exported["components"]["schemas"]["RequestSummary"]["properties"]["cached_tokens"]
    assert "cached" in field["description"]


def test_no_name_of_python_leaks(exported: dict[str, Any]) -> None:
    assert "lmchat_desktop" not in json.dumps(exported)
