"""No text that is exported begins a formula, and none is lost on the way."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.spreadsheets import neutralised

signs = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%", "'", '"']
)
blanks = st.sampled_from([" ", "\u00a0", "\ufeff", "  ", ""])
texts = st.text(max_size=20) | st.tuples(blanks, signs, st.text(max_size=10)).map("".join)


@given(texts)
def test_nothing_that_comes_out_begins_a_formula(text: str) -> None:
    told = neutralised(text)
    assert told.lstrip(" \u00a0\ufeff")[:1] not in set("=+-@\t\r\n＝＋－＠") - {""}
    assert told in (text, f"'{text}")
    assert neutralised(told) == told


@given(st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
def test_cells_come_back_from_a_file(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    safe = [[neutralised(cell) for cell in row] for row in rows]
    csv.writer(written).writerows(safe)
    assert list(csv.reader(io.StringIO(written.getvalue(), newline=""))) == safe
