"""A large traffic: loaded with all its slices, counted again by the sandbox, and synced whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.integration.sandbox.api import LOOKS, as_person
from tests.integration.sync.conftest import SignIn
from tests.support.sandbox import RunningSandbox

REQUESTS = 1_000_000
CLIENTS = 40
LOOP_MS = 14 * 86_400_000

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]


def write_traffic(path: Path) -> None:
    """Clients of very different sizes and all three shapes, busy by day and quiet by night."""
    rng = np.random.default_rng(11)
    shares = 1 / np.arange(1, CLIENTS + 1)
    rows = np.maximum((shares / shares.sum() * REQUESTS).astype(np.int64), 1)
    rows[0] += REQUESTS - rows.sum()
    deltas, inputs, outputs = [], [], []
    for client, many in enumerate(rows.tolist()):
        day = rng.integers(0, 14, many) * 86_400_000
        at = np.sort(day + np.clip(rng.normal(13, 4, many), 0, 23.99) * 3_600_000)
        deltas.append(np.diff(at.astype(np.int64), prepend=0))
        long = 8_000 if client % 3 == 2 else 900
        inputs.append(rng.integers(1, long, many))
        outputs.append(rng.integers(0, 3 if client % 3 == 1 else 700, many))
    nothing = np.zeros(0, dtype=np.uint32)
    np.savez(
        path,
        format=np.array([1]),
        keep=np.array([1.0]),
        clients=np.arange(CLIENTS),
        client_rows=rows,
        client_delta_ms=np.concatenate(deltas).astype(np.uint32),
        client_input_tokens=np.concatenate(inputs).astype(np.uint16),
        client_output_tokens=np.concatenate(outputs).astype(np.uint16),
        hour_delta_ms=nothing,
        hour_input_tokens=nothing,
        hour_output_tokens=nothing,
    )


def test_a_million_requests(tmp_path: Path, sign_in: SignIn) -> None:
    traffic = tmp_path / "large.npz"
    write_traffic(traffic)
    data = tmp_path / "world"
    data.mkdir()
    sandbox = RunningSandbox(data, traffic=traffic).start()
    try:
        signed = sign_in(sandbox)
        signed.assert_equal()
        token = sandbox.sign_in("owner")
        mine = sandbox.call("GET", "/v1/me", token).json()["memberships"][0]["account_id"]
        sign_in(sandbox, "owner", [mine], token=token).assert_equal()
        admin = as_person(sandbox, "admin")
        path = admin.post("/v1/usage/recounts").headers["Location"]
        for _ in range(LOOKS * 1000):
            job = admin.get(path)
            if job["finished_at"] is not None:
                break
        assert job["state"] == "succeeded"
        assert job["result"]["checked"] > 900
        assert job["result"]["different"] == 0
    finally:
        sandbox.stop()
