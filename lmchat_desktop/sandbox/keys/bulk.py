"""The job that revokes many keys or lets them expire, one key in each transaction."""

from __future__ import annotations

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
    """Does what a person asked for, with the rights that they have when each key's turn comes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def step(
        self,
        connection: Connection,
        params: dict[str, Any],
        checkpoint: dict[str, Any] | None,
        result: dict[str, Any],
    ) -> Step:
        """Do the next key."""
        wanted = KeysAct.model_validate(params["wanted"])
        place = 0 if checkpoint is None else int(checkpoint["next"])
        total = len(wanted.key_ids)
        principal = principal_of(connection, params["person_id"], params["device_id"])
        unit = Unit(connection, self._now(), principal)
        done = _act(unit, wanted, wanted.key_ids[place])
        results = [*result.get("keys", ()), done.model_dump(mode="json")]
        following = None if place + 1 == total else {"next": place + 1}
        return Step(place + 1, total, f"{place + 1} of {total} keys.", following, {"keys": results})


def _act(unit: Unit, wanted: KeysAct, key_id: str) -> KeyActResult:
    try:
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
