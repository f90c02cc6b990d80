"""Which key of which customer each published arrival belongs to, and when in the loop it starts.

The rules (also in resources/sample/README.md):

- Each client of the traffic file is a stream of one shape (labels, documents or chat, by its
  tokens). Its requests are shared out by chance among the keys of that shape, in proportion to
  the customers' sizes and the keys' shares.
- A key's share of a stream is parted by chance into a few parts. Each keeps the stream's shape in
  time but is moved by whole quarter hours: chats so that their middle lies in the customer's
  working day and their busiest day on a weekday, other shapes to any hour of any day. A burst of
  one client thus becomes smaller ones at many customers.
- The busy hour runs each weekday from ten o'clock local time on one key; on each day it keeps
  every call with probability one half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.sandbox.world.chance import Chance, Stream
from lmchat_desktop.sandbox.world.companies import COMPANIES
from lmchat_desktop.sandbox.world.customers import CompanyOf, KeyOf, Shape
from lmchat_desktop.sandbox.world.sample import LOOP_MS, Int32Array, IntArray, TrafficSample

SEED = 20_240_415
"""The seed of everything in the sample world (the first day of thefastest's measurements)."""

DAY_MS = 86_400_000
_QUARTER_MS = 900_000
_DAYS = LOOP_MS // DAY_MS
_FIRST_WEEKDAY = 3
"""The loop is anchored at the Unix epoch, a Thursday (Monday is 0)."""
_WORK_BEGINS_H, _WORK_LASTS_H = 7.5, 10.5
_PARTS = 5
_HOUR_BEGINS_H = 10
_FEW_TOKENS = 4
_MANY_TOKENS = 4_000


@dataclass(frozen=True, slots=True)
class WorldKey:
    """A key of the world with the numbers that rows use; both count from 1."""

    number: int
    account_no: int
    company: CompanyOf
    key: KeyOf


@dataclass(frozen=True, slots=True)
class Workload:
    """One loop of arrivals in order of time.

    Attributes:
        phase_ms: n positions in the loop, ascending.
        key_no: n numbers of keys.
        input_tokens, output_tokens: n counts.
    """

    phase_ms: NDArray[np.int32]
    key_no: NDArray[np.int16]
    input_tokens: NDArray[np.int32]
    output_tokens: NDArray[np.int32]

    def __len__(self) -> int:
        """The number of requests in 14 days."""
        return len(self.phase_ms)


def _world_keys() -> Iterator[WorldKey]:
    number = 0
    for account_no, company in enumerate(COMPANIES, 1):
        for key in company.keys:
            number += 1
            yield WorldKey(number, account_no, company, key)


KEYS = tuple(_world_keys())


def make_workload(sample: TrafficSample) -> Workload:
    """Share the arrivals of a traffic file out among the keys of the world."""
    chance = Chance(SEED)
    many = len(sample.t_ms)
    hour_rows, hour_phase, hour_key = _busy_hours(sample, chance)
    key_no = np.empty(many + len(hour_rows), dtype=np.int16)
    phase_ms = np.empty(many + len(hour_rows), dtype=np.int32)
    key_no[many:], phase_ms[many:] = hour_key, hour_phase
    starts = np.flatnonzero(np.diff(sample.client, prepend=-1))
    for low, high in zip(starts.tolist(), [*starts[1:].tolist(), many], strict=True):
        stream, rows = slice(low, high), np.arange(low, high, dtype=np.int64)
        client = int(sample.client[low])
        shape = shape_of(sample.input_tokens[stream], sample.output_tokens[stream])
        keys = [key for key in KEYS if key.key.shape is shape and key.company.size > 0]
        weights = np.array([_weight(key, keys) for key in keys])
        bounds = np.cumsum(weights) / weights.sum()
        chosen = np.searchsorted(bounds, chance.draw(Stream.KEY, rows), side="right")
        chosen = np.minimum(chosen, len(keys) - 1)
        part = chance.below(Stream.PART, rows, _PARTS)
        middle_ms, day = _middle(sample.t_ms[stream])
        shifts = np.array([_shifts(key, client, middle_ms, day) for key in keys])
        key_no[stream] = np.array([key.number for key in keys])[chosen]
        phase_ms[stream] = (sample.t_ms[stream] + shifts[chosen, part]) % LOOP_MS
    order = np.argsort(phase_ms, kind="stable")
    return Workload(
        phase_ms=phase_ms[order],
        key_no=key_no[order],
        input_tokens=np.concatenate([sample.input_tokens, sample.hour_input[hour_rows]])[order],
        output_tokens=np.concatenate([sample.output_tokens, sample.hour_output[hour_rows]])[order],
    )


def shape_of(input_tokens: Int32Array, output_tokens: Int32Array) -> Shape:
    """What a client's requests look like."""
    if np.median(output_tokens) < _FEW_TOKENS:
        return Shape.LABELS
    if np.percentile(input_tokens + output_tokens, 90) > _MANY_TOKENS:
        return Shape.DOCUMENTS
    return Shape.CHAT


def _weight(key: WorldKey, among: list[WorldKey]) -> float:
    shares = sum(other.key.share for other in among if other.account_no == key.account_no)
    return key.company.size * key.key.share / shares


def _middle(t_ms: Int32Array) -> tuple[float, int]:
    """The time of day around which a stream's requests lie, and its busiest day."""
    angles = t_ms % DAY_MS * (2 * np.pi / DAY_MS)
    angle = float(np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())) % (2 * np.pi)
    return angle / (2 * np.pi) * DAY_MS, int(np.bincount(t_ms // DAY_MS).argmax())


def _shifts(key: WorldKey, client: int, middle_ms: float, day: int) -> IntArray:
    """How far each part of a key's share of a client's stream is moved, whole quarter hours."""
    chance = Chance(SEED)
    which = (key.number * 100_003 + client) * _PARTS + np.arange(_PARTS, dtype=np.int64)
    hours, days = chance.draw(Stream.HOUR, which), chance.draw(Stream.DAY, which)
    if key.key.shape is Shape.CHAT:
        weekdays = np.array(list(_weekdays()))
        target_day = weekdays[(days * len(weekdays)).astype(np.int64)]
        local_h = _WORK_BEGINS_H + _WORK_LASTS_H * hours
    else:
        target_day = (days * _DAYS).astype(np.int64)
        local_h = 24 * hours
    in_day = (local_h - key.company.utc_hours) * 3_600_000 - middle_ms
    moved = in_day + (target_day - day) * DAY_MS
    shifts: IntArray = np.rint(moved / _QUARTER_MS).astype(np.int64) * _QUARTER_MS
    return shifts


def _weekdays() -> Iterator[int]:
    return (day for day in range(_DAYS) if (day + _FIRST_WEEKDAY) % 7 < 5)


def _busy_hours(sample: TrafficSample, chance: Chance) -> tuple[IntArray, IntArray, IntArray]:
    """Rows of the busy hour, their phases and their key, for all weekdays of the loop."""
    key = next(key for key in KEYS if key.key.hour)
    calls = np.arange(len(sample.hour_ms), dtype=np.int64)
    rows: list[IntArray] = [calls[:0]]
    phases: list[IntArray] = [calls[:0]]
    for day in _weekdays():
        kept = calls[chance.draw(Stream.HOUR, -1 - calls * _DAYS - day) < 0.5]
        begins = day * DAY_MS + round((_HOUR_BEGINS_H - key.company.utc_hours) * 3_600_000)
        rows.append(kept)
        phases.append((begins + sample.hour_ms[kept].astype(np.int64)) % LOOP_MS)
    every = np.concatenate(rows)
    return every, np.concatenate(phases), np.full(len(every), key.number, dtype=np.int64)
