"""However much comes, memory stays bounded: by the kind of answer, and for what is compressed."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from lmchat_desktop.client import api as api_module
from lmchat_desktop.client import identity, usage
from lmchat_desktop.client.answers import MAX_JSON
from lmchat_desktop.client.errors import BackendTrouble, BadAnswer
from lmchat_desktop.client.refusals import MAX_PROBLEM
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.client.unpacking import FREE_BYTES
from tests.integration.wire.conftest import Wired
from tests.support import faults
from tests.support.fault_proxy import Relay

MB = 2**20
SLACK = 4 * MB
"""What else the process and the proxy in it need meanwhile."""
SLICE_LIMIT = 24 * MB


def peak_of(act: Callable[[], object], error: type[Exception]) -> int:
    """The most that was allocated at a time while the call failed, in bytes."""
    tracemalloc.start()
    try:
        with pytest.raises(error):
            act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def endless_refusal(relay: Relay) -> None:
    answer = faults.refusal(503)
    relay.send(answer.head(length=-1), answer.body)
    while relay.send(faults.MORE):
        pass


@pytest.mark.parametrize(
    ("fault", "error", "limit"),
    [
        pytest.param(faults.endless, BadAnswer, MAX_JSON, marks=pytest.mark.full),
        pytest.param(faults.bomb, BadAnswer, FREE_BYTES, marks=pytest.mark.full),
        (faults.announces(2**40), BadAnswer, 0),
        (endless_refusal, BackendTrouble, MAX_PROBLEM),
    ],
    ids=["endless", "bomb", "announced", "refusal"],
)
def test_a_json_answer(
    wired: Wired, fault: faults.Fault, error: type[Exception], limit: int
) -> None:
    api = wired.client(retry=NO_RETRY)
    identity.me(api)
    wired.proxy.on("/v1/me", fault)
    # A buffer that grows is there twice while it moves.
    assert peak_of(lambda: identity.me(api), error) < 2.5 * limit + SLACK


@pytest.mark.full
def test_a_slice(wired: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    api = wired.client(retry=NO_RETRY)
    wanted = next(info.id for info in usage.list_slices(api, "service").data if info.cells)
    wired.proxy.on("/v1/usage/slices/*", faults.endless)

    def fetch() -> object:
        return api.download(
            f"/v1/usage/slices/{wanted}",
            "application/vnd.apache.arrow.stream",
            params={"scope": "service"},
            limit=SLICE_LIMIT,
        )

    assert peak_of(fetch, BadAnswer) < 2.5 * SLICE_LIMIT + SLACK
    assert api_module.MAX_SLICE > SLICE_LIMIT
