"""The tree of RFC 6962 against the published vectors, and against its definition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.audit.merkle import (
    EMPTY_ROOT,
    Edge,
    consistency_spans,
    hash_of,
    inclusion_spans,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "merkle-vectors.json").read_text(encoding="utf-8")
)
LEAVES = [leaf_hash(bytes.fromhex(each)) for each in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(each) for each in VECTORS["roots"]]
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")

Nodes = dict[tuple[int, int], bytes]


def grown(leaves: list[bytes]) -> tuple[Edge, Nodes]:
    """A tree over the leaves, with all of its complete nodes."""
    edge, nodes = Edge(), Nodes()
    for leaf in leaves:
        nodes.update(edge.append(leaf))
    return edge, nodes


def defined(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(defined(leaves[:half]), defined(leaves[half:]))


def proof_of(nodes: Nodes, spans: list[tuple[int, int]]) -> list[bytes]:
    return [hash_of(span, nodes) for span in spans]


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def hashes(found: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in found]


def test_published_roots() -> None:
    assert root_of([]).hex() == VECTORS["empty_root"]
    assert [root_of(LEAVES[:size]) for size in range(1, 9)] == ROOTS


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=str)
def test_published_inclusion_proofs(vector: dict[str, Any]) -> None:
    index, size, proof = vector["leaf"] - 1, vector["size"], hashes(vector["proof"])
    _, nodes = grown(LEAVES[:size])
    assert proof_of(nodes, inclusion_spans(index, size)) == proof
    leaf, root = LEAVES[index], ROOTS[size - 1]
    assert is_included(index, size, leaf, proof, root)
    wrong = [
        (index - 1, size, leaf, proof, root),
        (index + 1, size, leaf, proof, root),
        (index ^ 2, size, leaf, proof, root),
        (index, size * 2, leaf, proof, root),
        (index, size // 2, leaf, proof, root),
        (index, size, b"WrongLeaf", proof, root),
        (index, size, leaf, proof, EMPTY_ROOT),
        (index, size, leaf, proof, SOME_HASH),
        (index, size, leaf, [*proof, b""], root),
        (index, size, leaf, [*proof, root], root),
        (index, size, leaf, [b"", *proof], root),
        (index, size, leaf, [root, *proof], root),
        *((index, size, leaf, flipped(proof, at), root) for at in range(len(proof))),
    ]
    if proof:
        wrong += [(index, size, leaf, proof[:-1], root), (index, size, leaf, proof[1:], root)]
    if len(proof) > 1:
        wrong.append((index, size, leaf, [proof[0], SOME_HASH, *proof[1:]], root))
    assert not [probe for probe in wrong if is_included(*probe)]


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=str)
def test_published_consistency_proofs(vector: dict[str, Any]) -> None:
    first, second, proof = vector["first"], vector["second"], hashes(vector["proof"])
    _, nodes = grown(LEAVES[:second])
    assert proof_of(nodes, consistency_spans(first, second)) == proof
    old, new = ROOTS[first - 1], ROOTS[second - 1]
    assert is_consistent(first, second, old, new, proof)
    if not proof:
        return
    wrong = [
        (first - 1, second, old, new, proof),
        (first + 1, second, old, new, proof),
        (first ^ 2, second, old, new, proof),
        (first, second * 2, old, new, proof),
        (first, second // 2, old, new, proof),
        (first, second, b"WrongRoot", new, proof),
        (first, second, old, b"WrongRoot", proof),
        (first, second, new, old, proof),
        (first, second, old, new, []),
        *((first, second, old, new, [*proof, more]) for more in (b"", old, new)),
        *((first, second, old, new, [more, *proof]) for more in (b"", old, new, proof[0])),
        (first, second, old, new, proof[:-1]),
        *((first, second, old, new, flipped(proof, at)) for at in range(len(proof))),
    ]
    assert not [probe for probe in wrong if is_consistent(*probe)]


def flipped(proof: list[bytes], at: int) -> list[bytes]:
    made = list(proof)
    made[at] = bytes([made[at][0] ^ 8]) + made[at][1:]
    return made


@pytest.mark.parametrize(
    ("first", "second", "old", "new", "proof", "holds"),
    [
        (0, 0, EMPTY_ROOT, EMPTY_ROOT, [], True),
        (0, 1, EMPTY_ROOT, ROOTS[0], [], True),
        (0, 1, SOME_HASH, ROOTS[0], [], False),
        (1, 1, ROOTS[0], ROOTS[0], [], True),
        (1, 1, ROOTS[0], SOME_HASH, [], False),
        (1, 0, ROOTS[0], EMPTY_ROOT, [], False),
        (2, 1, ROOTS[1], ROOTS[0], [], False),
        (1, 2, ROOTS[0], ROOTS[1], [], False),
        (0, 0, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT], False),
        (0, 1, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT], False),
        (1, 1, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT], False),
    ],
)
def test_consistency_at_the_edges(
    first: int, second: int, old: bytes, new: bytes, proof: list[bytes], holds: bool
) -> None:
    assert is_consistent(first, second, old, new, proof) is holds


@given(st.integers(0, 70))
def test_a_tree_that_grew_has_the_root_of_its_definition(size: int) -> None:
    leaves = leaves_of(size)
    edge, nodes = grown(leaves)
    assert edge.size == size
    assert edge.root == defined(leaves) == hash_of((0, size), nodes)


@given(st.data(), st.integers(1, 200))
def test_every_leaf_is_proved_in_every_later_tree(data: st.DataObject, count: int) -> None:
    _, nodes = grown(leaves_of(count))
    size = data.draw(st.integers(1, count))
    index = data.draw(st.integers(0, size - 1))
    proof = proof_of(nodes, inclusion_spans(index, size))
    leaves = leaves_of(size)
    assert len(proof) <= (size - 1).bit_length()
    assert is_included(index, size, leaves[index], proof, root_of(leaves))


@given(st.data(), st.integers(1, 200))
def test_every_tree_is_proved_to_be_the_beginning_of_later_ones(
    data: st.DataObject, count: int
) -> None:
    _, nodes = grown(leaves_of(count))
    first = data.draw(st.integers(0, count))
    old, new = hash_of((0, first), nodes), hash_of((0, count), nodes)
    proof = proof_of(nodes, consistency_spans(first, count))
    assert is_consistent(first, count, old, new, proof)


@given(st.data(), st.integers(2, 60))
def test_no_proof_leads_from_a_history_that_was_changed(data: st.DataObject, count: int) -> None:
    """Whatever was altered, dropped or put elsewhere below the kept head is noticed."""
    leaves = leaves_of(count)
    kept = data.draw(st.integers(1, count))
    place = data.draw(st.integers(0, kept - 1))
    changed = list(leaves)
    match data.draw(st.sampled_from(["alter", "drop", "swap", "insert"])):
        case "alter":
            changed[place] = leaf_hash(b"another")
        case "drop":
            del changed[place]
        case "swap":
            other = data.draw(st.integers(0, count - 1).filter(lambda at: at != place))
            changed[place], changed[other] = changed[other], changed[place]
        case _:
            changed.insert(place, leaf_hash(b"more"))
    more = data.draw(st.integers(max(0, kept - len(changed)), 40))
    changed += [leaf_hash(b"later %d" % number) for number in range(more)]
    _, nodes = grown(changed)
    size = len(changed)
    proof = proof_of(nodes, consistency_spans(min(kept, size), size))
    assert not is_consistent(kept, size, root_of(leaves[:kept]), hash_of((0, size), nodes), proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 2)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_spans(index, size)


def test_an_edge_is_that_of_its_size() -> None:
    edge, _ = grown(LEAVES[:6])
    assert Edge(6, [hash_of((0, 4), grown(LEAVES)[1]), hash_of((4, 6), grown(LEAVES)[1])]).root == (
        edge.root
    )
    with pytest.raises(ValueError, match="edge"):
        Edge(6, [SOME_HASH])
    with pytest.raises(ValueError, match="earlier"):
        consistency_spans(3, 2)
