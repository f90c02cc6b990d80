"""The API as an OpenAPI 3.1 document, made from the operations and their types.

A backend team implements from the exported file alone: `resources/openapi.json`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from lmchat_desktop import __version__
from lmchat_desktop.contract import openapi_text
from lmchat_desktop.contract.base import (
    ARROW_STREAM,
    IDEMPOTENCY_KEY,
    MERGE_PATCH_JSON,
    PROBLEM_JSON,
    ZIP_ARCHIVE,
    Problem,
)
from lmchat_desktop.contract.openapi_schemas import Schemas, nullable_removed
from lmchat_desktop.contract.operation import Operation, Trait
from lmchat_desktop.contract.operations import OPERATIONS
from lmchat_desktop.domain.scope_words import SCOPE_WORDS
from lmchat_desktop.domain.scopes import Scope

_FORM = "application/x-www-form-urlencoded"

_PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("Malformed", "The call cannot be read, or lacks a header that it needs."),
    401: ("Unauthenticated", "`unauthenticated`, or `device-revoked`."),
    403: ("Forbidden", "`missing-scope`, or `own-rights`."),
    404: ("NotFound", "`not-found`: not there, or not for this person."),
    409: ("Conflict", "`conflict`, or `idempotency-under-way` with Retry-After."),
    410: ("Gone", "`cursor-gone`: start from a snapshot."),
    412: ("Stale", "`precondition-failed`: it was changed meanwhile; brings the present ETag."),
    413: ("TooLarge", "`invalid-request`: the body is larger than 1 MiB."),
    422: ("Invalid", "`invalid-request` with the fields, or `idempotency-key-reused`."),
    428: ("PreconditionRequired", "`precondition-required`: send If-Match."),
    429: ("Limited", "`rate-limited`: wait as long as Retry-After says."),
    500: ("Internal", "`internal-error`: nothing was changed."),
    503: ("Unavailable", "`unavailable`: nothing was changed; try again after Retry-After."),
    507: ("StorageFull", "`storage-full`: nothing was changed."),
}
_ALWAYS = frozenset({429, 500, 503})
_WITH_RETRY_AFTER = frozenset({409, 429, 503})


def document() -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas(OPERATIONS)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "lmchat admin API",
            "version": __version__,
            "description": openapi_text.DESCRIPTION,
        },
        "servers": [
            {
                "url": "https://{host}",
                "description": "A backend",
                "variables": {"host": {"default": "admin.lmchat.net"}},
            },
            {
                "url": "http://127.0.0.1:{port}",
                "description": "A sandbox on this machine",
                "variables": {"port": {"default": "8000"}},
            },
        ],
        "tags": [{"name": name, "description": text} for name, text in openapi_text.TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "parameters": _parameters(),
            "headers": _headers(),
            "responses": {name: _problem(status) for status, (name, _) in _PROBLEMS.items()},
            "securitySchemes": _security_schemes(),
        },
    }


def document_text() -> str:
    """The document as it is exported."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _description(operation),
        "parameters": [
            *_path_parameters(operation),
            *_query(operation, schemas),
            *_sent(operation),
        ],
        "responses": {str(operation.status): _success(operation, schemas)}
        | _other_successes(operation)
        | {str(status): _refusal(operation, status) for status in sorted(_refusals(operation))},
        "security": _security(operation),
    }
    if operation.body is not None:
        media_type = (
            _FORM
            if operation.has(Trait.FORM)
            else MERGE_PATCH_JSON
            if operation.has(Trait.MERGE_PATCH)
            else "application/json"
        )
        content = {media_type: {"schema": schemas.of(operation.body)}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.has(Trait.SANDBOX):
        described["x-sandbox-only"] = True
    return described


def _description(operation: Operation) -> str:
    parts = [operation.description] if operation.description else []
    if operation.scope is not None:
        parts.append(f"Needs the scope `{operation.scope.value}`.")
    if operation.has(Trait.ARROW):
        parts.append(openapi_text.SLICE)
    if operation.has(Trait.JOB):
        parts.append("Answers a job.")
    return "\n\n".join(parts) or operation.summary + "."


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]


def _query(operation: Operation, schemas: Schemas) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    fields = schemas.inline(operation.query)
    parameters = []
    for name, schema in fields["properties"].items():
        described = nullable_removed(schema)
        text = described.pop("description", "")
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": name in fields.get("required", []),
                "schema": described,
            }
            | ({"description": text} if text else {})
        )
    return parameters


def _sent(operation: Operation) -> list[dict[str, Any]]:
    """The headers that a call carries, as references."""
    names = []
    if operation.has(Trait.IDEMPOTENT):
        names.append("IdempotencyKey")
    if operation.has(Trait.IDEMPOTENT_OPTIONAL):
        names.append("OptionalIdempotencyKey")
    if operation.has(Trait.IF_MATCH):
        names.append("IfMatch")
    if operation.has(Trait.CONDITIONAL):
        names.append("IfNoneMatch")
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    headers = _header_refs("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    if operation.has(Trait.ETAG):
        headers |= _header_refs("ETag")
    if operation.status in (202, 303) or (operation.status == 201 and operation.has(Trait.ETAG)):
        headers |= _header_refs("Location")
    response: dict[str, Any] = {"description": "Done.", "headers": headers}
    if operation.has(Trait.HTML) and operation.status == 200:
        response["content"] = {"text/html": {"schema": {"type": "string"}}}
    elif operation.has(Trait.ARROW):
        response["content"] = {ARROW_STREAM: {}}
    elif operation.has(Trait.ZIP):
        response["content"] = {ZIP_ARCHIVE: {}}
    elif operation.answer is not None:
        response["content"] = {"application/json": {"schema": schemas.of(operation.answer)}}
    return response


def _other_successes(operation: Operation) -> dict[str, Any]:
    if operation.has(Trait.CONDITIONAL):
        headers = _header_refs("ETag")
        return {"304": {"description": "The caller has this already.", "headers": headers}}
    if operation.has(Trait.HTML) and operation.status == 200:
        headers = _header_refs("Location")
        return {"303": {"description": "Back to the redirect with `error`.", "headers": headers}}
    return {}


def _refusals(operation: Operation) -> set[int]:
    statuses = set(_ALWAYS) | operation.refusals
    if not operation.has(Trait.PUBLIC):
        statuses.add(401)
    if operation.scope is not None:
        statuses.add(403)
    if operation.query is not None and not operation.has(Trait.HTML):
        statuses.add(422)
    if operation.body is not None:
        statuses |= {413} if operation.has(Trait.FORM) else {400, 413, 422}
    if operation.has(Trait.IDEMPOTENT) or operation.has(Trait.IDEMPOTENT_OPTIONAL):
        statuses |= {400, 409, 422}
    if operation.has(Trait.IF_MATCH):
        statuses |= {403, 412, 428}
    if operation.method != "GET":
        statuses.add(507)
    return statuses


def _refusal(operation: Operation, status: int) -> dict[str, Any]:
    if operation.has(Trait.HTML) and status == 400:
        content = {"text/html": {"schema": {"type": "string"}}}
        return {"description": "A page for the person, without a way back.", "content": content}
    return {"$ref": f"#/components/responses/{_PROBLEMS[status][0]}"}


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.has(Trait.PUBLIC):
        return []
    sandbox: list[dict[str, list[str]]] = [{"sandboxToken": []}]
    if operation.has(Trait.SANDBOX_TOKEN):
        return sandbox
    scopes = [] if operation.scope is None else [operation.scope.value]
    personal: dict[str, list[str]] = {"personalToken": []}
    if not operation.has(Trait.NO_DEVICE):
        personal["device"] = []
    signed_in = [{"oauth": scopes}, personal]
    return signed_in + sandbox if operation.has(Trait.SANDBOX_EITHER) else signed_in


def _problem(status: int) -> dict[str, Any]:
    _, text = _PROBLEMS[status]
    response: dict[str, Any] = {
        "description": text,
        "content": {PROBLEM_JSON: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
    }
    if status in _WITH_RETRY_AFTER:
        response["headers"] = _header_refs("Retry-After")
    if status == 412:
        response["headers"] = _header_refs("ETag")
    if status == 401:
        response["headers"] = _header_refs("WWW-Authenticate")
    return response


def _header_refs(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _headers() -> dict[str, Any]:
    described = {
        "ETag": ("string", "The resource as it stands, quoted."),
        "Location": ("string", "Where it is."),
        "Retry-After": ("integer", "Seconds to wait."),
        "RateLimit-Limit": ("integer", "Calls that are allowed at once."),
        "RateLimit-Remaining": ("integer", "Calls that are left now."),
        "RateLimit-Reset": ("integer", "Seconds until all are left again."),
        "WWW-Authenticate": ("string", "`Bearer`."),
    }
    return {
        name: {"description": text, "schema": {"type": kind}}
        for name, (kind, text) in described.items()
    }


def _parameters() -> dict[str, Any]:
    key = {"type": "string", "minLength": 16, "maxLength": 255}
    tag = {"type": "string"}
    return {
        "IdempotencyKey": _header(IDEMPOTENCY_KEY, "Names this act, once for all retries.", key),
        "OptionalIdempotencyKey": _header(
            IDEMPOTENCY_KEY, "Names this act, so that it can be retried.", key, required=False
        ),
        "IfMatch": _header("If-Match", "The ETag of what the caller saw, quoted.", tag),
        "IfNoneMatch": _header(
            "If-None-Match", "The ETag of what the caller has, quoted.", tag, required=False
        ),
    }


def _header(
    name: str, text: str, schema: dict[str, Any], *, required: bool = True
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": text,
        "schema": schema,
    }


def _security_schemes() -> dict[str, Any]:
    return {
        "oauth": {
            "type": "oauth2",
            "description": "Access tokens `lmc-at-…`, one hour.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "/oauth/authorize",
                    "tokenUrl": "/oauth/token",
                    "refreshUrl": "/oauth/token",
                    "scopes": {scope.value: f"{SCOPE_WORDS[scope]}." for scope in Scope},
                }
            },
        },
        "personalToken": {
            "type": "http",
            "scheme": "bearer",
            "description": "Personal tokens `lmc-pat-…`; they hold what their person holds.",
        },
        "device": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Device-Id",
            "description": "The registered device that a personal token is used on.",
        },
        "sandboxToken": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Sandbox-Token",
            "description": "The one-time token of a sandbox's start.",
        },
    }
