"""schemathesis against a live sandbox: no 5xx, and no answer that the document does not declare."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks as openapi_checks

from lmchat_desktop.contract.operations import OPERATIONS
from lmchat_desktop.resource_files import resource_path
from tests.support.sandbox import RunningSandbox, SandboxFactory

CALLERS = ("admin", "owner", "nobody")
UNLIMITED = {"LMCHAT_SANDBOX_LIMIT": "100000:100000"}
SHORT_SEED = 3
SHORT_EXAMPLES = 1

NOT_HERE = {"move_clock", "revoke_device"}
"""Operations that would end the very sign-ins that the other operations are asked with."""

CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.ignored_auth,
]

CONFIGURATION = """
[checks.missing_required_header]
# RFC 6585 has a status of its own for a missing If-Match.
expected-statuses = [400, 401, 403, 406, 415, 422, 428]

[checks.positive_data_acceptance]
# Cursors, ETags and names of models are opaque texts to a schema, and refused where made up.
enabled = false

[[operations]]
# It answers a job, whose id the tool takes for the export's; that is there once the job is done.
include-operation-id = "start_export"
checks.ensure_resource_availability.enabled = false

[[operations]]
include-operation-id = "fetch_export"
checks.ensure_resource_availability.enabled = false
"""


@pytest.fixture(scope="module")
def served(sandbox_factory: SandboxFactory) -> Iterator[RunningSandbox]:
    """A sandbox that answers as often as it is asked."""
    sandbox = sandbox_factory(environment=UNLIMITED)
    yield sandbox
    sandbox.stop()


def token_of(sandbox: RunningSandbox, who: str) -> str | None:
    return None if who == "nobody" else sandbox.sign_in(who, device=f"schemathesis-{who}")


@pytest.fixture(scope="module")
def schema() -> Any:
    """The exported document, as schemathesis reads it."""
    load_all_checks()
    document = json.loads(resource_path("openapi.json").read_text(encoding="utf-8"))
    return schemathesis.openapi.from_dict(document)


def ask_a_few(operation: Any, mode: GenerationMode, examples: int, **call: Any) -> int:
    """Ask an operation in a few ways that the document allows, or forbids; answers how often."""
    asked = 0

    @seed(SHORT_SEED)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(checks=CHECKS, timeout=60, allow_redirects=False, **call)

    # A call without parameters cannot be asked wrongly.
    with suppress(Unsatisfiable):
        ask()
    return asked


@pytest.mark.parametrize("who", CALLERS)
def test_a_few_calls_of_every_operation(served: RunningSandbox, schema: Any, who: str) -> None:
    token = token_of(served, who)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    asked = {}
    with requests.Session() as session:
        session.trust_env = False
        for found in schema.get_all_operations():
            operation = found.ok()
            name = operation.definition.raw["operationId"]
            if name not in NOT_HERE:
                asked[name] = [
                    ask_a_few(
                        operation,
                        mode,
                        SHORT_EXAMPLES,
                        base_url=served.url,
                        session=session,
                        headers=headers,
                    )
                    for mode in GenerationMode
                ]
    assert asked.keys() == {operation.id for operation in OPERATIONS} - NOT_HERE
    assert all(positive for positive, _negative in asked.values())
    assert sum(negative for _positive, negative in asked.values()) > len(asked) // 2


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("who", CALLERS)
def test_many_calls_and_chains_of_calls(served: RunningSandbox, tmp_path: Path, who: str) -> None:
    """Every boundary that the document has, mutations of valid calls, and chains by its links."""
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    token = token_of(served, who)
    headers = [] if token is None else ["--header", f"Authorization: Bearer {token}"]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration)),
        *("run", str(resource_path("openapi.json")), "--url", served.url, *headers),
        *(part for name in sorted(NOT_HERE) for part in ("--exclude-operation-id", name)),
        *("--phases", "coverage,fuzzing,stateful", "--max-examples", "60", "--seed", "20261124"),
        *("--continue-on-failure", "--request-timeout", "60", "--warnings", "off", "--no-color"),
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=1700,
    )
    assert done.returncode == 0, done.stdout[-20_000:]
    assert "No issues found" in done.stdout
