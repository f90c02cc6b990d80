"""Where the sample world's requests come from: a few hosts of each key, at addresses that are
reserved for documentation (RFC 5737, RFC 3849).

A key's hosts take turns by hour and model. In the overlap of a rotation its first host still shows
the secret before, as one that nobody has told of the new one.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import Connection, select

from lmchat_desktop.domain.keys.terms import UsedSecret
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.codes import SECRETS
from lmchat_desktop.sandbox.keys.tally import HOUR_MS, Origins
from lmchat_desktop.sandbox.usage_columns import IntArray, RequestColumns
from lmchat_desktop.sandbox.world.workload import KEYS, WorldKey

_BLOCKS = ("192.0.2", "198.51.100", "203.0.113")
_OF_ACCOUNT = 40
"""So many addresses of a block are one account's."""
_PRESENT, _OLD = SECRETS.index(UsedSecret.PRESENT), SECRETS.index(UsedSecret.OLD)


def hosts_of(key: WorldKey) -> tuple[str, ...]:
    """The addresses of a key's hosts, two at least."""
    block = _BLOCKS[key.account_no % len(_BLOCKS)]
    first = 10 + key.account_no // len(_BLOCKS) * _OF_ACCOUNT
    place = key.company.keys.index(key.key)
    hosts = [f"{block}.{first + place * 4 + host}" for host in range(2 + key.number % 3)]
    if key.number % 3 == 0:
        hosts.append(f"2001:db8:{key.account_no:x}:{key.number:x}::10")
    return tuple(hosts)


def networks_of(key: WorldKey) -> list[str]:
    """Networks that hold all of a key's hosts."""
    block = _BLOCKS[key.account_no % len(_BLOCKS)]
    return [f"{block}.0/24", f"2001:db8:{key.account_no:x}::/48"]


_HOSTS = {key.number: hosts_of(key) for key in KEYS}
_ADDRESSES = tuple(address for hosts in _HOSTS.values() for address in hosts)
_COUNT = np.array([1, *(len(hosts) for hosts in _HOSTS.values())])
_FIRST = np.concatenate(([0, 0], np.cumsum(_COUNT[1:])[:-1]))


class Callers:
    """Tells which host made each request, and with which secret."""

    def __init__(self, begins_ms: IntArray, ends_ms: IntArray) -> None:
        """When each key's overlap begins and ends, by the key's number; both 0 without one."""
        self._begins_ms = begins_ms
        self._ends_ms = ends_ms

    @classmethod
    def load(cls, connection: Connection) -> Callers:
        """As the database has rotations now."""
        begins, ends = np.zeros((2, len(KEYS) + 1), dtype=np.int64)
        keys = tables.keys.c
        rotated = select(keys.number, keys.rotated_ms, keys.old_ends_ms).where(
            keys.number <= len(KEYS), keys.rotated_ms.is_not(None), keys.old_ends_ms.is_not(None)
        )
        for row in connection.execute(rotated):
            begins[row.number], ends[row.number] = row.rotated_ms, row.old_ends_ms
        return cls(begins, ends)

    def origins(self, columns: RequestColumns) -> Origins:
        """Where requests came from."""
        key_no, started_ms = columns.key_no, columns.started_ms
        host = (columns.model_no + started_ms // HOUR_MS) % _COUNT[key_no]
        overlap = (self._begins_ms[key_no] <= started_ms) & (started_ms < self._ends_ms[key_no])
        secret = np.where(overlap & (host == 0), _OLD, _PRESENT)
        return Origins(_ADDRESSES, _FIRST[key_no] + host, secret)
