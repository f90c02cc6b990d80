"""An act whose answer is lost is sent again as it was, and nothing else before that."""

from __future__ import annotations

import pytest

from lmchat_desktop.client.errors import (
    ApiTrouble,
    BackendTrouble,
    BadAnswer,
    Cancelled,
    Conflict,
    Invalid,
    Limited,
    SignedOut,
    Unreachable,
)
from lmchat_desktop.contract.base import Problem
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.once import OnceOnly, Unsettled

WORDS = said("Client", "Nothing was changed.")


def refused(kind: type[ApiTrouble], status: int) -> ApiTrouble:
    return kind(WORDS, problem=Problem(type="about:blank", title="", status=status))  # type: ignore[call-arg]


class Backend:
    """Answers, or loses its answers; it notes what it was sent under which key."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.trouble: ApiTrouble | None = None

    def __call__(self, wanted: str, key: str) -> str:
        self.sent.append((wanted, key))
        if self.trouble is not None:
            raise self.trouble
        return f"{wanted}!"


@pytest.mark.parametrize(
    "lost",
    [
        Unreachable(WORDS),
        BadAnswer(WORDS),
        Cancelled(),
        refused(BackendTrouble, 503),
        refused(Limited, 429),
        refused(SignedOut, 401),
    ],
    ids=lambda trouble: trouble.code,
)
def test_a_lost_answer_is_asked_for_again_under_the_same_key(lost: ApiTrouble) -> None:
    backend = Backend()
    once = OnceOnly(backend)
    backend.trouble = lost
    with pytest.raises(type(lost)):
        once.do("a")
    assert once.unsettled == "a"
    with pytest.raises(Unsettled, match="not known"):
        once.do("b")
    backend.trouble = None
    assert once.do("a") == "a!"
    assert once.unsettled is None
    assert [wanted for wanted, _ in backend.sent] == ["a", "a"]
    assert len({key for _, key in backend.sent}) == 1
    once.do("b")
    assert len({key for _, key in backend.sent}) == 2


@pytest.mark.parametrize("no", [refused(Invalid, 422), refused(Conflict, 409)])
def test_a_refusal_settles_it(no: ApiTrouble) -> None:
    backend = Backend()
    once = OnceOnly(backend)
    backend.trouble = no
    with pytest.raises(type(no)):
        once.do("a")
    assert once.unsettled is None
    backend.trouble = None
    assert once.do("b") == "b!"
    assert len({key for _, key in backend.sent}) == 2


def test_a_person_can_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend()
    once = OnceOnly(backend)
    backend.trouble = Unreachable(WORDS)
    with pytest.raises(Unreachable):
        once.do("a")
    once.forget()
    backend.trouble = None
    assert once.do("b") == "b!"
