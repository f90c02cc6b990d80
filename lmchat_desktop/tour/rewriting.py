"""Rewrites the audit log of a sandbox behind its back, as somebody would who is at its database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from lmchat_desktop.domain.audit.merkle import Edge

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "sandbox.sqlite3"


def rewrite_entry(data: Path, seq: int, reason: str) -> None:
    """Give an entry another reason, and make the tree one over another leaf.

    Args:
        data: the sandbox's folder; it must not run.
        seq: the entry.
        reason: the other reason.
    """
    with closing(sqlite3.connect(data / DATABASE)) as raw:
        found = raw.execute("SELECT hash FROM audit_nodes WHERE level = 0 ORDER BY position")
        leaves = [row[0] for row in found]
        leaves[seq] = bytes(32)
        raw.execute("DELETE FROM audit_nodes")
        edge = Edge()
        for leaf in leaves:
            nodes = [(*node, hashed) for node, hashed in edge.append(leaf)]
            raw.executemany("INSERT INTO audit_nodes VALUES (?, ?, ?)", nodes)
        raw.execute("UPDATE audit SET reason = ? WHERE seq = ?", (reason, seq))
        raw.commit()
