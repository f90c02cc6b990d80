"""The gate for foreign text: bounded, literal, and without characters that are not seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.widgets.plain import (
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TOOLTIP,
    PlainLabel,
    one_line,
    plain_caption,
    plain_tooltip,
    shown,
)

ANY_TEXT = st.text(st.characters(), max_size=50)
"""Halves of surrogate pairs among it, as JSON can bring them."""


@given(ANY_TEXT)
def test_nothing_unseen_gets_through(text: str) -> None:
    for tame in (shown(text), one_line(text), plain_caption(text), plain_tooltip(text)):
        for character in tame:
            assert unicodedata.bidirectional(character) not in {
                *("LRE", "RLE", "LRO", "RLO", "PDF"),
                *("LRI", "RLI", "FSI", "PDI"),
            }
            assert unicodedata.category(character) != "Cs"
            assert character in "\t\n\x0b\x0c\r\x85" or unicodedata.category(character) != "Cc"
        tame.encode()
    assert len(one_line(text).splitlines()) <= 1


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=50))
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "name",
    ["שלום עולם", "مرحبا", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e\u0301", "नमस्ते", "می‌خواهم", "a\u200eb\u200fc"],
)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert one_line(name) == name


@pytest.mark.parametrize(
    ("tame", "longest"),
    [
        (shown, LONGEST_TEXT),
        (one_line, LONGEST_LINE),
        (plain_caption, LONGEST_LINE),
        (plain_tooltip, LONGEST_TOOLTIP),
    ],
)
def test_a_megabyte_is_cut(tame: object, longest: int) -> None:
    cut = tame("x" * 1_000_000)  # type: ignore[operator]
    assert len(cut) == longest
    assert cut.endswith("x…")


def test_an_override_does_not_turn_round_what_stands_beside_it(qtbot: QtBot) -> None:
    label = PlainLabel("Revoke \u202e4321 yek\u202c now?")
    qtbot.addWidget(label)
    assert label.text() == "Revoke \ufffd4321 yek\ufffd now?"
    assert label.whole_text() == "Revoke \u202e4321 yek\u202c now?"
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_long_text_is_laid_out_in_bounded_width(qtbot: QtBot) -> None:
    label = PlainLabel("word " * 200_000, elide=Qt.TextElideMode.ElideRight)
    qtbot.addWidget(label)
    label.resize(200, 20)
    label.show()
    assert len(label.text()) < 100
    assert label.minimumSizeHint().width() < 100
    assert len(label.toolTip()) <= LONGEST_TOOLTIP
