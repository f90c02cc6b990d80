"""Keys by the hashes of their secrets: whose they are, and their end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select

from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.contract.leaks import LeakedKey, LeakedKeys, LeakRevoke
from lmchat_desktop.sandbox import entities, tables, texts, told
from lmchat_desktop.sandbox.keys import acts
from lmchat_desktop.sandbox.uow import Unit
from lmchat_desktop.sandbox.visibility import Visibility


def keys_by_hash(connection: Connection, hashes: Sequence[str]) -> dict[str, str]:
    """The ids of the keys with these secrets, by hash: the one place that reads the hashes."""
    secrets = tables.key_secrets.c
    rows = connection.execute(
        select(secrets.hash, secrets.key_id).where(secrets.hash.in_(set(hashes)))
    )
    return {row.hash: row.key_id for row in rows}


def find(unit: Unit, sight: Visibility, hashes: Sequence[str]) -> list[LeakedKey]:
    """The keys with these secrets, in the order in which they are asked for."""
    known = keys_by_hash(unit.connection, hashes)
    keys = _keys(unit, sight, list(known.values()))
    accounts = tables.accounts.c
    names: dict[str, str] = {
        row.id: row.name
        for row in unit.connection.execute(
            select(accounts.id, accounts.name).where(
                accounts.id.in_({key.account_id for key in keys.values()})
            )
        )
    }
    owners = {
        account_id: [entities.person_of(row) for row in told.owners_of(unit.connection, account_id)]
        for account_id in names
    }
    found = []
    for hashed in dict.fromkeys(hashes):
        key = keys.get(known.get(hashed, ""))
        if key is not None:
            found.append(
                LeakedKey(
                    hash=hashed,
                    key=key,
                    account_id=key.account_id,
                    account_name=names[key.account_id],
                    owners=owners[key.account_id],
                    last_used_at=key.last_used_at,
                )
            )
    return found


def revoke(unit: Unit, sight: Visibility, wanted: LeakRevoke) -> LeakedKeys:
    """End the keys that have not ended, and tell the owners of each account in one mail."""
    found = find(unit, sight, wanted.hashes)
    ended: defaultdict[str, list[LeakedKey]] = defaultdict(list)
    for leaked in found:
        if leaked.key.state is KeyState.REVOKED:
            continue
        if any(one.key.id == leaked.key.id for one in ended[leaked.account_id]):
            continue  # another secret of the same key
        why = ": ".join(part for part in ("leaked", wanted.found_in) if part)
        acts.revoke(unit, leaked.key, why)
        ended[leaked.account_id].append(leaked)
    for account_id, leaks in ended.items():
        if wanted.notice and leaks:
            listed = [(one.key.name, one.key.hint) for one in leaks]
            text = texts.key_leaked(leaks[0].account_name, listed, wanted.found_in)
            told.tell_account(unit, account_id, text)
    now_ended = {one.key.id for leaks in ended.values() for one in leaks}
    after = _keys(unit, sight, [one.key.id for one in found])
    return LeakedKeys(
        data=[
            one.model_copy(
                update={"key": after[one.key.id], "revoked_now": one.key.id in now_ended}
            )
            for one in found
        ]
    )


def _keys(unit: Unit, sight: Visibility, ids: Sequence[str]) -> dict[str, ApiKey]:
    condition = tables.keys.c.id.in_(ids) & sight.of_kind("leak")
    found = entities.fetch(unit.connection, "key", condition, unit.now)
    return {one.id: one for one in found if isinstance(one, ApiKey)}
