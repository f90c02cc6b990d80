"""The job that revokes many keys or lets them expire, a few keys in each transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lmchat_desktop.contract.keys import KeyActResult, KeyOutcome, KeysAct
from lmchat_desktop.sandbox.jobs import Step
from lmchat_desktop.sandbox.keys import acts
from lmchat_desktop.sandbox.principals import principal_of
from lmchat_desktop.sandbox.problems import ApiProblem, invalid
from lmchat_desktop.sandbox.uow import Unit
from lmchat_desktop.sandbox.visibility import visible

KIND = "keys-act"


def params_of(wanted: KeysAct, person_id: str, device_id: str | None, now: datetime) -> Any:
    """What the job has to know.

    Raises:
        ApiProblem: 422, the act and its instant do not go together.
    """
    if wanted.act == "revoke" and wanted.expires_at is not None:
        raise invalid("/expires_at", "a revoked key has ended already")
    if wanted.act == "expire":
        if wanted.expires_at is None:
            raise invalid("/expires_at", "it is needed to let keys expire")
        if wanted.expires_at <= now:
            raise invalid("/expires_at", "it lies in the past")
    return {
        "wanted": wanted.model_dump(mode="json"),
        "person_id": person_id,
        "device_id": device_id,
    }


class KeyActs:
    """Does what a person asked for, with the rights that they have when each step begins.

    Args:
        now: the time.
        budget_s: a step goes on to another key for so long. The list of results is written anew
            with each step, so that one key a step would cost the square of their number.
    """

    def __init__(self, now: Callable[[], datetime], budget_s: float = 0.1) -> None:
        self._now = now
        self._budget_s = budget_s

    def step(
        self,
        connection: Connection,
        params: dict[str, Any],
        checkpoint: dict[str, Any] | None,
        result: dict[str, Any],
    ) -> Step:
        """Do the next keys, at least one."""
        wanted = KeysAct.model_validate(params["wanted"])
        place = 0 if checkpoint is None else int(checkpoint["next"])
        total = len(wanted.key_ids)
        principal = principal_of(connection, params["person_id"], params["device_id"])
        unit = Unit(connection, self._now(), principal)
        results = [*result.get("keys", ())]
        until = time.monotonic() + self._budget_s
        for key_id in wanted.key_ids[place:]:
            results.append(_act(unit, wanted, key_id).model_dump(mode="json"))
            place += 1
            if time.monotonic() >= until:
                break
        following = None if place == total else {"next": place}
        return Step(place, total, f"{place} of {total} keys.", following, {"keys": results})


def _act(unit: Unit, wanted: KeysAct, key_id: str) -> KeyActResult:
    try:
        # What is refused leaves nothing behind, and the keys before it stay done.
        with unit.connection.begin_nested():
            key = acts.key_for(unit, visible(unit.principal), key_id)
            if wanted.act == "revoke":
                changed = acts.revoke(unit, key, wanted.reason)
            else:
                changed = acts.change(unit, key, {"expires_at": wanted.expires_at})
    except ApiProblem as refused:
        outcome = KeyOutcome.MISSING if refused.status == 404 else KeyOutcome.REFUSED
        details = [refused.detail, *(each.detail for each in refused.errors)]
        return KeyActResult(key_id=key_id, outcome=outcome, detail=details[-1])
    outcome = KeyOutcome.DONE if changed else KeyOutcome.UNCHANGED
    return KeyActResult(key_id=key_id, outcome=outcome)
