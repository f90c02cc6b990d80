"""Calls to a real sandbox, each answer checked against the OpenAPI document."""

from __future__ import annotations

import re
import ssl
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from lmchat_desktop.contract.openapi import document
from tests.support.sandbox import RunningSandbox

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once: to load the authorities again for every call takes longer than the call."""

LOOKS = 400
"""How often a condition is looked at before a test gives up on it."""


@dataclass
class Api:
    """A sandbox as one person sees it, or nobody."""

    sandbox: RunningSandbox
    token: str | None = None
    device_id: str | None = None

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if self.device_id is not None:
            headers.setdefault("X-Device-Id", self.device_id)
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        with httpx.Client(
            base_url=self.sandbox.url, timeout=60, trust_env=False, verify=_NO_TLS
        ) as http:
            answer = http.request(method, path, headers=headers, **more)
        check_answer(answer)
        return answer

    def get(self, path: str, status: int = 200, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    def every(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """All entries of a paged list."""
        return [entry for page in self.pages(path, **params) for entry in page["data"]]

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        page = self.get(path, **params)
        yield page
        while page["has_more"]:
            page = self.get(path, **params, cursor=page["next_cursor"])
            yield page

    def post(self, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.call("POST", path, json=body, headers=headers)

    def patch(self, path: str, body: Any, etag: str | None) -> httpx.Response:
        headers = {"Content-Type": "application/merge-patch+json"}
        if etag is not None:
            headers["If-Match"] = etag
        return self.call("PATCH", path, json=body, headers=headers)

    def delete(self, path: str, etag: str | None) -> httpx.Response:
        return self.call("DELETE", path, headers={} if etag is None else {"If-Match": etag})

    def changes(self, after: str | None = None, limit: int = 1000) -> tuple[list[Any], str]:
        """All changes after a cursor, or a whole snapshot, and the last cursor."""
        found: list[Any] = []
        more = True
        while more:
            params = {"limit": limit} | ({} if after is None else {"after": after})
            page = self.get("/v1/changes", **params)
            found += page["data"]
            after, more = page["next_cursor"], page["has_more"]
        assert after is not None
        return found, after


def as_person(sandbox: RunningSandbox, who: str) -> Api:
    """The sandbox as the person with that name or operator role."""
    return Api(sandbox, sandbox.sign_in(who))


def ended(api: Api, job_id: str) -> dict[str, Any]:
    for _ in range(LOOKS):
        job: dict[str, Any] = api.get(f"/v1/jobs/{job_id}")
        if job["finished_at"] is not None:
            return job
    raise AssertionError("the job did not end")


def problem(answer: httpx.Response) -> str:
    """The last segment of a problem's type."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"].rsplit("/", 1)[1])


def check_answer(answer: httpx.Response) -> None:
    """An answer is one that the document declares for its call."""
    declared = _declared(answer.request.method, answer.request.url.path)
    if declared is None:
        assert answer.status_code == 404
        return
    response = declared["responses"].get(str(answer.status_code))
    assert response is not None, f"{answer.request.method} {answer.request.url.path} may not answer"
    response = _resolved(response)
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    content = response.get("content", {})
    assert media_type in content or (not content and not answer.content)
    for name in response.get("headers", {}):
        if name in ("ETag", "Location", "WWW-Authenticate", "RateLimit-Remaining"):
            assert name in answer.headers, f"{name} is missing"
    schema = content.get(media_type, {}).get("schema")
    if schema is not None and media_type.endswith("json"):
        validator(str(schema["$ref"])).validate(answer.json())


@cache
def _document() -> dict[str, Any]:
    return document()


@cache
def validator(reference: str) -> Draft202012Validator:
    resource: Resource[Any] = Resource.from_contents(_document(), DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:api", resource)
    return Draft202012Validator(
        {"$ref": f"urn:api{reference}"},
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def _declared(method: str, path: str) -> dict[str, Any] | None:
    paths = _document()["paths"]
    # A path without parameters comes before one with them (OpenAPI 3.1, 4.8.8.2).
    for template, methods in sorted(paths.items(), key=lambda each: each[0] != path):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in methods:
            found: dict[str, Any] = methods[method.lower()]
            return found
    return None


def _resolved(response: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in response:
        name = response["$ref"].rsplit("/", 1)[1]
        found: dict[str, Any] = _document()["components"]["responses"][name]
        return found
    return response


OWNERS = (
    "Dana Whitfield",
    "Jürgen Größmann",
    "佐々木 陽子",
    "Baptiste Lefèvre",
    "Siobhán O'Reilly",
    "João Figueiredo",
)
"""Owners of the sample world whose accounts have another member."""


@dataclass
class Owner(Api):
    """A sandbox as an owner sees it.

    Attributes:
        name: of the person.
    """

    name: str = ""

    def again(self) -> Owner:
        """The same person with a new sign-in."""
        return Owner(self.sandbox, self.sandbox.sign_in(self.name), name=self.name)

    @property
    def account(self) -> str:
        """The path of their account."""
        return f"/v1/accounts/{self.get('/v1/me')['memberships'][0]['account_id']}"
