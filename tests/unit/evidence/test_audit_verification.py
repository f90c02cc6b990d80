"""Exports: what they prove, what they do not, and that nothing in them can be changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.audit.checkpoint import Head
from lmchat_desktop.domain.audit.leaf import VALUES
from lmchat_desktop.domain.audit.note import LogKey, Signer
from lmchat_desktop.evidence.audit_export import MAX_LINE, DamagedExport, ExportReader, NoExport
from lmchat_desktop.evidence.audit_verification import (
    SHOWN_PROBLEMS,
    Extent,
    HeadCheck,
    NotSigned,
    Report,
    verify_export,
)
from tests.unit.evidence.making import KEY, SmallLog, entry, erased

LOG = SmallLog(21)
WHOLE = LOG.exported()
OTHER = Signer(bytes(32))


def verified(export: bytes, key: LogKey | None = KEY, kept: Head | None = None) -> Report:
    return verify_export(io.BytesIO(export), key, kept)


def rewritten(export: bytes, change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    """An export with other lines, by somebody who also makes the last line right."""
    lines = [json.loads(line) for line in export.splitlines()]
    body = lines[:-1]
    change(body)
    written = b"".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for line in body
    )
    closing = {"entries": len(body) - 1, "sha256": hashlib.sha256(written).hexdigest()}
    return written + json.dumps(closing).encode() + b"\n"


def test_a_whole_log_is_proved_and_complete() -> None:
    report = verified(WHOLE)
    assert (report.is_good, report.entries, report.proved) == (True, 21, 21)
    assert (report.extent, report.erased, report.problems) == (Extent.WHOLE, 0, [])
    assert report.checkpoint.head == LOG.head()


@pytest.mark.parametrize(
    ("seqs", "extent"),
    [
        (range(5, 12), Extent.RANGE),
        ([0], Extent.RANGE),
        (range(20), Extent.RANGE),
        ([3, 4, 6], Extent.PART),
        ([20], Extent.RANGE),
        ([], Extent.NONE),
    ],
)
def test_a_part_proves_each_entry_and_says_what_it_is(seqs: list[int], extent: Extent) -> None:
    report = verified(LOG.exported(seqs))
    assert (report.is_good, report.proved, report.extent) == (True, len(seqs), extent)


def test_an_empty_log_is_whole() -> None:
    assert verified(SmallLog(0).exported()).extent is Extent.WHOLE


def test_what_was_erased_is_counted_and_no_problem() -> None:
    entries = [erased(entry(seq), "actor_id") if seq % 2 else entry(seq) for seq in range(21)]
    report = verified(LOG.exported(entries=entries))
    assert (report.is_good, report.erased, report.extent) == (True, 10, Extent.WHOLE)


@given(st.data())
def test_no_value_can_be_changed(data: st.DataObject) -> None:
    seq = data.draw(st.integers(0, 20))
    where = data.draw(st.sampled_from(["seq", "at_ms", "action", "entity_kind", *VALUES]))

    def change(lines: list[dict[str, Any]]) -> None:
        line = lines[seq + 1]
        if where in VALUES:
            line["values"][where] = data.draw(
                (st.none() | st.text()).filter(lambda value: value != line["values"][where])
            )
        else:
            line[where] = line[where] + (1 if isinstance(line[where], int) else "x")

    report = verified(rewritten(WHOLE, change))
    assert not report.is_good
    assert report.proved <= 20


@pytest.mark.parametrize("place", range(21))
def test_no_entry_can_be_left_out_unnoticed(place: int) -> None:
    """Not even by somebody who makes the last line right: the rest is then known for a part."""
    report = verified(rewritten(WHOLE, lambda lines: lines.__delitem__(place + 1)))
    assert report.extent is not Extent.WHOLE


def swap(lines: list[dict[str, Any]]) -> None:
    lines[3], lines[4] = lines[4], lines[3]


def renumber(lines: list[dict[str, Any]]) -> None:
    lines[3]["seq"], lines[4]["seq"] = lines[4]["seq"], lines[3]["seq"]


def repeat(lines: list[dict[str, Any]]) -> None:
    lines.insert(4, lines[3])


def take_another_proof(lines: list[dict[str, Any]]) -> None:
    lines[3]["proof"] = lines[4]["proof"]


def show_what_is_not_proved(lines: list[dict[str, Any]]) -> None:
    line = lines[3]
    line["commitments"]["reason"] = line["salts"].pop("reason")


def hide_without_commitment(lines: list[dict[str, Any]]) -> None:
    lines[3]["values"]["reason"] = None
    del lines[3]["salts"]["reason"]


@pytest.mark.parametrize(
    "change",
    [
        swap,
        renumber,
        repeat,
        take_another_proof,
        show_what_is_not_proved,
        hide_without_commitment,
    ],
)
def test_what_was_rearranged_is_noticed(change: Callable[[list[dict[str, Any]]], None]) -> None:
    report = verified(rewritten(WHOLE, change))
    assert not report.is_good
    assert report.problems


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_that_was_cut_off_is_known_for_one(length: int) -> None:
    try:
        report = verified(WHOLE[:length])
    except NoExport:
        assert length <= len(WHOLE.splitlines(keepends=True)[0])
    else:
        assert not report.is_good


@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(WHOLE) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != WHOLE[place]))
    try:
        report = verified(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])
    except (NoExport, NotSigned):
        return
    assert not report.is_good


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_other_file_is_none(content: bytes) -> None:
    with pytest.raises(NoExport):
        verified(content)


@given(st.binary(max_size=200))
def test_any_other_line_is_damage(content: bytes) -> None:
    first = WHOLE.splitlines(keepends=True)[0]
    report = verified(first + content + b"\n")
    assert report.problem_count == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"entries":0,"entries":21,"sha256":""}',
        b"[" * 100_000,
        b'{"seq":' + b"9" * 5000 + b"}",
        b'"\\ud800"',
        b"null",
        b"x" * (MAX_LINE + 2),
    ],
)
def test_lines_that_only_mean_harm(line: bytes) -> None:
    report = verified(WHOLE.splitlines(keepends=True)[0] + line + b"\n")
    assert report.problem_count == 1


def test_a_surrogate_in_a_text_is_a_problem_of_its_entry() -> None:
    broken = WHOLE.replace(b'"reason 3"', b'"\\ud800"')
    assert verified(broken).problems[0].startswith("line 5: entry 3")


def test_something_after_the_end_is_noticed() -> None:
    assert not verified(WHOLE + b"\n").is_good
    with pytest.raises(DamagedExport, match="follows"):
        list(ExportReader(io.BytesIO(WHOLE + b"x\n")).lines())


def test_only_the_first_problems_are_kept() -> None:
    def change(lines: list[dict[str, Any]]) -> None:
        for line in lines[1:]:
            line["action"] = "x"

    report = verified(rewritten(SmallLog(40).exported(), change))
    assert (report.problem_count, len(report.problems)) == (40, SHOWN_PROBLEMS)


def test_the_key_is_believed_or_given() -> None:
    assert not verified(WHOLE, None).key_given
    assert verified(WHOLE, KEY).key_given
    forged = LOG.exported(signer=OTHER)
    assert verified(forged, None).is_good, "whoever has no key believes the file"
    with pytest.raises(NotSigned):
        verified(forged, KEY)
    with pytest.raises(NotSigned):
        verified(LOG.exported(signer=OTHER, key=KEY.text), None)
    with pytest.raises(NoExport, match="key"):
        verified(LOG.exported(key="none"), None)


@pytest.mark.parametrize(
    ("seqs", "kept", "check"),
    [
        (None, LOG.head(), HeadCheck.SAME),
        (None, LOG.head(0), HeadCheck.CONTAINED),
        (None, LOG.head(1), HeadCheck.CONTAINED),
        (None, LOG.head(13), HeadCheck.CONTAINED),
        (range(13), LOG.head(13), HeadCheck.CONTAINED),
        (None, Head(13, bytes(32)), HeadCheck.CONTRADICTED),
        (None, Head(21, bytes(32)), HeadCheck.CONTRADICTED),
        (range(12), LOG.head(13), HeadCheck.NOT_COMPARABLE),
        (range(3, 21), LOG.head(13), HeadCheck.NOT_COMPARABLE),
        ([0, 1, 2, 4], LOG.head(4), HeadCheck.NOT_COMPARABLE),
        (None, Head(22, bytes(32)), HeadCheck.NOT_COMPARABLE),
    ],
)
def test_a_head_that_was_kept_elsewhere(
    seqs: list[int] | None, kept: Head, check: HeadCheck
) -> None:
    report = verified(LOG.exported(seqs), kept=kept)
    assert report.head_check is check
    assert report.is_good is (check in (HeadCheck.SAME, HeadCheck.CONTAINED))
