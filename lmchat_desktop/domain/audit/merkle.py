"""The append-only Merkle tree of RFC 6962 section 2.1: hashes, proofs, and their verification.

Nodes are named by level and position: node (l, i) is the hash over the leaves from i·2^l up to, and
without, (i+1)·2^l. A keeper stores those of complete subtrees, which never change again; from them
every head and every proof is made by looking at a number of nodes that grows with the logarithm.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = tuple[int, int]
"""Level and position of a complete subtree."""
Span = tuple[int, int]
"""Leaves from the first number up to, and without, the second."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(span: Span) -> list[Node]:
    """The complete subtrees that make up a span, from the left.

    The span is one that the tree has: it begins at a multiple of the largest power of two in it.
    """
    start, end = span
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def inclusion_spans(index: int, size: int) -> list[Span]:
    """What an inclusion proof of a leaf in a tree of `size` leaves tells, from the leaf upwards.

    Raises:
        ValueError: there is no such leaf in such a tree.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """What a consistency proof between trees of two sizes tells (RFC 6962 section 2.1.2).

    Raises:
        ValueError: the first is not the smaller one.
    """
    if not 0 <= first <= second:
        raise ValueError("not an earlier and a later size")
    if first in (0, second):
        return []
    spans: list[Span] = []
    start, end = 0, second
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return spans[::-1]


def hash_of(span: Span, known: Mapping[Node, bytes]) -> bytes:
    """The hash over a span, from the nodes of which it is made.

    Raises:
        KeyError: one of them is not known.
    """
    return _folded([known[node] for node in nodes_of(span)])


class Edge:
    """The right edge of a tree that grows: all that is needed to append to it and to know its root.

    Args:
        size: leaves so far.
        hashes: those of `nodes_of((0, size))`, in that order.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if len(self._hashes) != size.bit_count():
            raise ValueError("not the edge of a tree of that size")

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._size

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        return _folded(self._hashes)

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Take one more leaf's hash; answers the nodes that are complete now, the leaf first."""
        level, position, hashed = 0, self._size, leaf
        made = [((level, position), hashed)]
        while position & 1:
            hashed = node_hash(self._hashes.pop(), hashed)
            level, position = level + 1, position >> 1
            made.append(((level, position), hashed))
        self._hashes.append(hashed)
        self._size += 1
        return made


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of leaves."""
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root


def is_included(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that the leaf with this hash has this place in the tree of that root.

    As in RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    place, last, hashed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(sibling, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root


def is_consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the first tree is the beginning of the second.

    As in RFC 9162 section 2.1.4.2. The empty tree is the beginning of each.
    """
    if not 0 <= first <= second or not _are_hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _folded(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    hashed = hashes[-1]
    for left in reversed(hashes[:-1]):
        hashed = node_hash(left, hashed)
    return hashed


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(each) == HASH_BYTES for each in hashes)
