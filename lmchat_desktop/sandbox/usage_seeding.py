"""Computes usage slices while a seed writes its requests, so that no row has to be read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.usage.slices import parse
from lmchat_desktop.sandbox import meta, tables, usage
from lmchat_desktop.sandbox.labels import Labels
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.usage_columns import RequestColumns, joined

_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class _Span:
    slice_id: str
    start_ms: int
    end_ms: int
    resolution_s: int


class SliceSeeder:
    """Takes requests in order of time, and keeps a slice as soon as all of its requests came.

    No more than a day of requests is held at a time. The traffic's position (`Meta.POSITION`) has
    to be there; its first day (`Meta.FIRST_TRAFFIC`) is written by the first requests.
    """

    def __init__(self, connection: Connection) -> None:
        """Within a writing transaction on a database without slices."""
        self._connection = connection
        self._labels = Labels.load(connection)
        self._scopes: dict[str, int | None] = {SERVICE_SCOPE: None, **self._labels.accounts}
        self._version = usage.new_version(connection)
        self._ahead: list[_Span] | None = None
        self._held: list[RequestColumns] = []

    def add(self, columns: RequestColumns) -> None:
        """Requests that start no earlier than all before."""
        if not len(columns):
            return
        if self._ahead is None:
            self._begin(int(columns.started_ms[0]))
        self._complete(int(columns.started_ms[0]))
        self._held.append(columns)

    def finish(self) -> None:
        """Keep what is left; nothing more comes."""
        if self._ahead is None:
            self._begin(meta.read_int(self._connection, Meta.POSITION))
        self._complete(None)

    def _begin(self, first_ms: int) -> None:
        meta.write(self._connection, Meta.FIRST_TRAFFIC, first_ms // usage.DAY_MS * usage.DAY_MS)
        names = usage.names_at(self._connection, usage.as_of(self._connection))
        spans = [(name, parse(name)) for name in names]
        self._ahead = sorted(
            (
                _Span(name, span.start_s * 1000, span.end_s * 1000, span.resolution_s)
                for name, span in spans
            ),
            key=lambda span: span.end_ms,
        )

    def _complete(self, until_ms: int | None) -> None:
        """Keep the slices that end by then; all where None."""
        ahead = self._ahead or []
        done = [span for span in ahead if until_ms is None or span.end_ms <= until_ms]
        if not done:
            return
        self._ahead = ahead[len(done) :]
        held = joined(self._held)
        self._held = []
        slices: list[dict[str, Any]] = []
        bodies: list[dict[str, Any]] = []
        for scope, number in self._scopes.items():
            mine = held
            if number is not None:
                mine = held.take(np.flatnonzero(held.account_no == number))
            for span in done:
                bounds = np.searchsorted(mine.started_ms, (span.start_ms, span.end_ms))
                part = mine.take(slice(*bounds.tolist()))
                block = self._labels.block(part, span.resolution_s, with_keys=number is not None)
                etag, body = usage.content_of(block)
                name = {"scope": scope, "slice_id": span.slice_id}
                bodies.append(name | {"body": body})
                slices.append(
                    name
                    | {
                        "start_ms": span.start_ms,
                        "end_ms": span.end_ms,
                        "resolution_s": span.resolution_s,
                        "version": self._version,
                        "etag": etag,
                        "cells": len(block),
                        "dirty": False,
                    }
                )
        self._connection.execute(insert(tables.usage_slices), slices)
        self._connection.execute(insert(tables.slice_bodies), bodies)
        later_ms = min((span.start_ms for span in self._ahead), default=_NEVER)
        low = int(np.searchsorted(held.started_ms, later_ms))
        # By an index, which copies: a slice would keep all columns in memory.
        self._held = [held.take(np.arange(low, len(held)))]
