"""Signed notes, heads and restores: read back as they were made, and refused where not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head, Restore
from lmchat_desktop.domain.audit.merkle import EMPTY_ROOT
from lmchat_desktop.domain.audit.note import (
    BadNote,
    BadSignature,
    LogKey,
    Signer,
    UnknownSigner,
    opened,
)

SIGNER = Signer(bytes(range(32)))
OTHER = Signer(bytes(32))
KEY = SIGNER.key
HEAD = Head(7, bytes(range(32)))
POINT = Checkpoint(KEY.name, HEAD, 1_764_353_204_123)
NOTE = POINT.signed(SIGNER)
PUBLISHED = json.loads(
    (Path(__file__).parents[3] / "data" / "merkle-vectors.json").read_text(encoding="utf-8")
)["note"]["text"]


def test_a_checkpoint_is_a_note_of_four_lines() -> None:
    assert NOTE.startswith(
        f"{KEY.name}\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\ntime 1764353204123\n\n— "
    )
    assert Checkpoint.opened(NOTE, KEY) == POINT
    assert Checkpoint.opened(Checkpoint(KEY.name, HEAD).signed(SIGNER), KEY).at_ms is None


def test_a_published_note_is_read_as_one_and_not_believed() -> None:
    name = "example.com/behind-the-sofa"
    with pytest.raises(UnknownSigner):
        opened(PUBLISHED, LogKey(name, KEY.public))
    forged = LogKey(name, KEY.public)
    with pytest.raises(BadSignature):
        opened(f"{name}\n0\n{'A' * 44}\n\n— {name} {signature(forged)}\n", forged)


def signature(key: LogKey) -> str:
    import base64

    return base64.b64encode(key.id + bytes(64)).decode()


def test_a_key_is_read_back_from_its_line() -> None:
    assert LogKey.parse(KEY.text + "\n") == KEY
    assert KEY.name.startswith("lmchat.net/audit/")
    for damaged in ("", KEY.text[:-4], KEY.text.replace("+", "-"), "a b+00000000+AAAA"):
        with pytest.raises(ValueError, match="key"):
            LogKey.parse(damaged)


def test_other_signatures_are_passed_over_and_another_key_is_told_from_a_bad_signature() -> None:
    text = opened(NOTE, KEY)
    both = NOTE + OTHER.sign(text).rpartition("\n\n")[2]
    assert Checkpoint.opened(both, KEY) == POINT
    with pytest.raises(UnknownSigner):
        opened(NOTE, OTHER.key)
    with pytest.raises(BadSignature):
        opened(NOTE.replace("\n7\n", "\n8\n"), KEY)


@given(st.data())
def test_no_note_that_was_altered_is_opened(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(NOTE) - 1))
    sign = data.draw(st.characters(codec="utf-8"))
    altered = NOTE[:place] + sign + NOTE[place + 1 :]
    if altered != NOTE:
        with pytest.raises(BadNote):
            Checkpoint.opened(altered, KEY)


@given(st.text(max_size=200))
def test_any_text_is_opened_or_refused_as_a_note(text: str) -> None:
    for tried in (text, f"{text}\n\n— x {text}\n"):
        with pytest.raises(BadNote):
            Checkpoint.opened(tried, KEY)


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY.name}\n7\n",
        f"{KEY.name}\n07\n{'A' * 43}=\n",
        f"{KEY.name}\n-7\n{'A' * 43}=\n",
        f"{KEY.name}\n7\nAAAA\n",
        f"{KEY.name}\n0\n{'A' * 43}=\n",
        f"{KEY.name}\n7\n{'A' * 43}=\n\nmore\n",
        f"{KEY.name}\n7\n{'A' * 43}=\ntime 1\ntime 2\n",
        f"{KEY.name}\n7\n{'A' * 43}=\ntime soon\n",
        f"another.log\n7\n{'A' * 43}=\n",
    ],
)
def test_signed_texts_that_are_no_head_of_this_log(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.opened(SIGNER.sign(text), KEY)


def test_a_restore_is_read_back_and_is_no_head() -> None:
    restore = Restore(HEAD, Head(3, bytes(32)), 5)
    note = restore.signed(SIGNER)
    assert Restore.opened(note, KEY) == restore
    with pytest.raises(BadNote):
        Checkpoint.opened(note, KEY)
    with pytest.raises(BadNote):
        Restore.opened(NOTE, KEY)
    with pytest.raises(BadSignature):
        Restore.opened(note.replace("lost 7", "lost 9"), KEY)
    with pytest.raises(ValueError, match="back"):
        Restore(HEAD, HEAD, 5)
    forward = note.partition("\n\n")[0].replace("back to 3", "back to 9")
    with pytest.raises(BadNote):
        Restore.opened(SIGNER.sign(forward + "\n"), KEY)


def test_the_empty_tree_has_one_root() -> None:
    assert Head(0, EMPTY_ROOT).size == 0
    with pytest.raises(ValueError, match="head"):
        Head(0, bytes(32))
