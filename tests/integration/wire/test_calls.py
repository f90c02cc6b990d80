"""Every kind of call under every fault: what is said, what was done, and that it is done once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lmchat_desktop.client.errors import (
    ApiTrouble,
    BackendTrouble,
    BadAnswer,
    CutShort,
    Effect,
    Limited,
    SignedOut,
    Stale,
    Unreachable,
)
from lmchat_desktop.domain.wording import Sentence
from tests.integration.wire.conftest import Wired
from tests.integration.wire.kinds import KINDS, Prepared
from tests.support import faults
from tests.support.fault_proxy import Fault, passed_on


@dataclass(frozen=True)
class Case:
    """A fault, and what a client makes of it.

    Attributes:
        error: the error where it stays; None where it does no harm.
        passing: whether a call that is safe to repeat is made again.
        refused: whether it is certain that nothing was done.
        slow: whether only time tells.
        unseen: whether it can be seen in the body of a slice alone, which sync looks at.
    """

    fault: Fault
    error: type[ApiTrouble] | None
    passing: bool = False
    refused: bool = False
    slow: bool = False
    unseen: bool = False


CASES: dict[str, Case] = {
    "never": Case(faults.never, Unreachable, passing=True, slow=True),
    "lost": Case(faults.lost, Unreachable, passing=True),
    "lost by reset": Case(faults.lost_by_reset, Unreachable, passing=True),
    "hangs after the effect": Case(faults.hangs_after_effect, Unreachable, passing=True, slow=True),
    "reset": Case(faults.reset, Unreachable, passing=True),
    "cut in the head": Case(faults.cut(head=0.5), Unreachable, passing=True),
    "cut after the head": Case(faults.cut(), CutShort, passing=True),
    "cut in the body": Case(faults.cut(body=0.6), CutShort, passing=True),
    "stalls in the middle": Case(faults.stalls_in_the_middle, Unreachable, passing=True, slow=True),
    "dribbles": Case(faults.dribbles, Unreachable, passing=True, slow=True),
    "endless": Case(faults.endless, BadAnswer),
    "endless head": Case(faults.endless_head, Unreachable, passing=True),
    "announces a terabyte": Case(faults.announces(2**40), BadAnswer),
    "announces too much": Case(faults.announces(2**20), CutShort, passing=True),
    "announces too little": Case(faults.announces_less, BadAnswer, unseen=True),
    "log-in page": Case(faults.log_in_page, BadAnswer),
    "not json": Case(faults.not_json, BadAnswer, unseen=True),
    "damaged": Case(faults.damaged, BadAnswer, unseen=True),
    "bomb": Case(faults.bomb, BadAnswer),
    "says packed": Case(faults.says_packed, BadAnswer),
    "of another compression": Case(faults.changed(Content_Encoding="br"), BadAnswer),
    "redirects": Case(faults.redirects, BadAnswer),
    "401": Case(faults.refuses(401, "unauthenticated"), SignedOut, refused=True),
    "429": Case(faults.refuses(429, retry_after="0"), Limited, passing=True, refused=True),
    "429 for an hour": Case(faults.refuses(429, retry_after="3600"), Limited, refused=True),
    "500": Case(faults.refuses(500), BackendTrouble),
    "502": Case(faults.refuses(502), BackendTrouble, passing=True),
    "503": Case(faults.refuses(503, retry_after="0"), BackendTrouble, passing=True),
    "503 as a page": Case(
        faults.refuses(503, body=b"<html>" * 20_000), BackendTrouble, passing=True
    ),
    "504 after the effect": Case(faults.fails_after_effect(504), BackendTrouble, passing=True),
    "sent twice": Case(faults.sent_twice, None),
    "answered twice": Case(faults.answered_twice, None),
    "packed": Case(faults.packed, None),
    "none": Case(passed_on, None),
}

SHORT = {
    *((fault, "page") for fault in ("cut in the head", "log-in page", "429 for an hour", "503")),
    *((fault, "feed") for fault in ("cut in the body", "announces too little", "packed", "401")),
    *((fault, "arrow") for fault in ("cut in the body", "bomb", "lost by reset")),
    *((fault, "create") for fault in ("lost", "sent twice", "504 after the effect")),
    *((fault, "patch") for fault in ("lost", "sent twice", "500")),
    *((fault, "refresh") for fault in ("lost", "cut in the body", "sent twice")),
    *((fault, "sign-in") for fault in ("lost", "redirects")),
}
"""What is looked at each time; the long tier looks at all."""

TABLE = [
    pytest.param(
        CASES[fault],
        kind,
        id=f"{fault}-{kind}",
        marks=() if (fault, kind) in SHORT else pytest.mark.full,
    )
    for fault in CASES
    for kind in KINDS
    if not (CASES[fault].unseen and kind == "arrow")
]


@pytest.fixture
def patience(request: pytest.FixtureRequest, case: Case) -> None:
    if case.slow:
        request.getfixturevalue("hasty")


@contextlib.contextmanager
def told(case: Case, call: Prepared) -> Iterator[None]:
    """The call fails as it should, and says what happened and what was done."""
    error = Stale if case.fault is faults.sent_twice and not call.again else case.error
    if error is None:
        yield
        return
    with pytest.raises(error) as caught:
        yield
    trouble = caught.value
    assert isinstance(trouble.message, Sentence)
    assert "{" not in trouble.message
    effect = Effect.UNKNOWN
    if case.refused or call.path == "/oauth/token":
        effect = Effect.NONE
    elif call.method == "GET":
        effect = Effect.READING
    said = effect.value in trouble.message
    assert said is (error is not Stale)
    assert len(trouble.message) > len(effect.value) + 20
    assert "Log in to the hotel" not in f"{trouble.message} {trouble.technical}"


@pytest.mark.parametrize(("case", "kind"), TABLE)
def test_a_fault_that_stays(wired: Wired, case: Case, kind: str, patience: None) -> None:
    call = KINDS[kind](wired)
    rule = wired.proxy.on(call.path, case.fault, method=call.method)
    with told(case, call):
        call.act()
    repeated = case.error is not None and case.passing and call.again
    assert rule.hits == (2 if repeated else 1)
    if call.effects is not None:
        assert call.effects() <= 1
    wired.proxy.heal()
    if call.effects is None or kind == "refresh":
        # Nothing was lost: the same client asks again and has its answer.
        assert call.act()


@pytest.mark.parametrize(("case", "kind"), TABLE)
def test_a_fault_that_passes(wired: Wired, case: Case, kind: str, patience: None) -> None:
    call = KINDS[kind](wired)
    wired.proxy.on(call.path, case.fault, method=call.method, times=1)
    if case.passing and call.again:
        assert call.act()
        assert call.effects is None or call.effects() == 1
        return
    with told(case, call):
        call.act()
    if call.effects is not None:
        acted = case.error is None and call.again
        assert call.effects() <= 1
        assert not acted or call.effects() == 1
