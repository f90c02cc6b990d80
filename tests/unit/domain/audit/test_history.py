"""How a new head stands to the kept one: what is noticed, and what is not mistaken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head, Restore, statement_id
from lmchat_desktop.domain.audit.history import Comparison, Verdict, compare, spread
from lmchat_desktop.domain.audit.merkle import (
    EMPTY_ROOT,
    consistency_spans,
    hash_of,
    leaf_hash,
    root_of,
)
from lmchat_desktop.domain.audit.note import Signer
from tests.unit.domain.audit.test_merkle import grown, leaves_of, proof_of

SIGNER = Signer(bytes(range(32)))
KEY = SIGNER.key


def head_of(leaves: list[bytes]) -> Head:
    return Head(len(leaves), root_of(leaves))


def note_of(leaves: list[bytes], signer: Signer = SIGNER) -> str:
    return Checkpoint(signer.key.name, head_of(leaves), 1).signed(signer)


def judged(found: Comparison, leaves: list[bytes]) -> Verdict:
    """The verdict once the log has proved what it can of its present tree."""
    _, nodes = grown(leaves)
    for step in found.steps:
        spans = consistency_spans(step.first.size, step.second.size)
        if not step.holds(proof_of(nodes, spans)):
            return Verdict.REWRITTEN
    return found.verdict


OLD = leaves_of(9)
NEW = leaves_of(20)
FORKED = [*leaves_of(6), *(leaf_hash(b"other %d" % n) for n in range(14))]


@pytest.mark.parametrize(
    ("kept", "now", "verdict"),
    [
        (None, NEW, Verdict.FIRST),
        ([], NEW, Verdict.GROWN),
        (OLD, OLD, Verdict.SAME),
        (OLD, NEW, Verdict.GROWN),
        (OLD, FORKED, Verdict.REWRITTEN),
        (OLD, FORKED[:9], Verdict.REWRITTEN),
        (NEW, OLD, Verdict.TRUNCATED),
        (OLD, [], Verdict.TRUNCATED),
        (OLD, [OLD[1], OLD[0], *NEW[2:]], Verdict.REWRITTEN),
    ],
)
def test_verdicts(kept: list[bytes] | None, now: list[bytes], verdict: Verdict) -> None:
    found = compare(note_of(now), KEY, None if kept is None else head_of(kept))
    assert judged(found, now) is verdict
    assert verdict.is_good is (verdict in (Verdict.FIRST, Verdict.GROWN, Verdict.SAME))


def test_another_key_a_bad_signature_and_no_note() -> None:
    kept = head_of(OLD)
    assert compare(note_of(NEW, Signer(bytes(32))), KEY, kept).verdict is Verdict.OTHER_KEY
    damaged = note_of(NEW).replace("\n20\n", "\n21\n")
    assert compare(damaged, KEY, kept).verdict is Verdict.BAD_SIGNATURE
    assert compare("hello", KEY, kept).verdict is Verdict.UNREADABLE
    other_text = SIGNER.sign("hello\n")
    assert compare(other_text, KEY, kept).verdict is Verdict.UNREADABLE


def restore_of(lost: list[bytes], back_to: list[bytes], signer: Signer = SIGNER) -> str:
    return Restore(head_of(lost), head_of(back_to), 2).signed(signer)


RESTORED = [*leaves_of(6), leaf_hash(b"log.restored")]


@pytest.mark.parametrize("more", [0, 1, 2, 3, 30])
def test_a_restore_that_was_announced_is_no_tampering(more: int) -> None:
    now = RESTORED + [leaf_hash(b"later %d" % n) for n in range(more)]
    statement = restore_of(NEW, leaves_of(6))
    found = compare(
        note_of(now), KEY, head_of(OLD), earlier=[head_of(NEW[:4])], statements=[statement]
    )
    assert judged(found, now) is Verdict.RESTORED
    assert found.restores == {statement_id(statement)}
    assert judged(compare(note_of(now), KEY, head_of(OLD)), now) in (
        Verdict.TRUNCATED,
        Verdict.REWRITTEN,
    )


def test_a_restore_counts_once() -> None:
    statement = restore_of(NEW, leaves_of(6))
    cut = [*RESTORED, leaf_hash(b"instead")]
    kept = head_of([*RESTORED, leaf_hash(b"after"), leaf_hash(b"after that")])
    heard = {statement_id(statement)}
    found = compare(note_of(cut), KEY, kept, statements=[statement], heard=heard)
    assert found.verdict is Verdict.TRUNCATED


def test_a_restore_excuses_nothing_before_the_state_that_it_went_back_to() -> None:
    statement = restore_of(NEW, FORKED[:8])
    now = [*FORKED[:8], leaf_hash(b"log.restored")]
    found = compare(note_of(now), KEY, head_of(OLD), statements=[statement])
    assert judged(found, now) is Verdict.RESTORED, "nothing kept says otherwise"
    found = compare(
        note_of(now), KEY, head_of(OLD), earlier=[head_of(OLD[:8])], statements=[statement]
    )
    assert judged(found, now) is Verdict.REWRITTEN


def test_only_the_log_can_state_a_restore() -> None:
    for statement in (
        restore_of(NEW, leaves_of(6), Signer(bytes(32))),
        restore_of(NEW, leaves_of(6)).replace("lost 20", "lost 30"),
        "hello",
    ):
        found = compare(note_of(RESTORED), KEY, head_of(OLD), statements=[statement])
        assert found.verdict is Verdict.TRUNCATED


def test_a_restore_of_another_branch_does_not_concern_the_kept_head() -> None:
    same_size = restore_of([*OLD[:8], leaf_hash(b"other")], leaves_of(6))
    assert compare(note_of(RESTORED), KEY, head_of(OLD), statements=[same_size]).verdict is (
        Verdict.TRUNCATED
    )
    shorter = restore_of(OLD[:8], leaves_of(6))
    assert compare(note_of(RESTORED), KEY, head_of(OLD), statements=[shorter]).verdict is (
        Verdict.TRUNCATED
    )
    before = restore_of(NEW, leaves_of(12))
    grown_on = [*leaves_of(12), leaf_hash(b"log.restored")]
    found = compare(note_of(grown_on), KEY, head_of(OLD), statements=[before])
    assert judged(found, grown_on) is Verdict.GROWN


def test_restores_one_after_the_other() -> None:
    between = [*RESTORED, leaf_hash(b"later")]
    now = [*leaves_of(2), leaf_hash(b"log.restored again")]
    statements = [restore_of(NEW, leaves_of(6)), restore_of(between, leaves_of(2))]
    found = compare(note_of(now), KEY, head_of(OLD), statements=statements)
    assert judged(found, now) is Verdict.RESTORED
    assert judged(compare(note_of(now), KEY, head_of(OLD), statements=statements[:1]), now) is (
        Verdict.TRUNCATED
    )


def test_back_to_nothing() -> None:
    statement = Restore(head_of(NEW), Head(0, EMPTY_ROOT), 2).signed(SIGNER)
    now = [leaf_hash(b"log.restored")]
    found = compare(note_of(now), KEY, head_of(OLD), statements=[statement])
    assert judged(found, now) is Verdict.RESTORED


@given(st.integers(1, 40), st.integers(0, 40))
def test_a_log_that_only_grows_is_never_suspected(kept: int, more: int) -> None:
    now = leaves_of(kept + more)
    _, nodes = grown(now)
    found = compare(note_of(now), KEY, Head(kept, hash_of((0, kept), nodes)))
    assert judged(found, now) is (Verdict.GROWN if more else Verdict.SAME)


@given(st.sets(st.integers(0, 2**40), max_size=30))
def test_of_many_heads_few_are_worth_keeping(sizes: set[int]) -> None:
    kept = spread(sizes)
    assert kept <= sizes
    assert len(kept) <= 41
    if sizes:
        assert {min(sizes), max(sizes)} <= kept
    assert spread(kept) == kept
