"""What is made of secrets: hashes, ids, cursors, sealed answers."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.sandbox.cursors import BadCursor, Cursors
from lmchat_desktop.sandbox.identifiers import NumberedIds, hash_secret, new_token
from lmchat_desktop.sandbox.sealing import seal, unseal

KEY = b"k" * 32
IDS = NumberedIds(KEY, "req")
CURSORS = Cursors(KEY)


@given(st.integers(0, 2**63 - 1))
def test_a_numbered_id_leads_back_to_its_number(number: int) -> None:
    assert IDS.number(IDS.text(number)) == number


@given(st.text(max_size=30))
def test_other_text_names_no_number_or_is_the_id_of_it(text: str) -> None:
    for tried in (text, "req_" + text):
        number = IDS.number(tried)
        assert number is None or IDS.text(number) == tried


def test_neighbours_have_unlike_ids_and_another_key_other_ids() -> None:
    near = [IDS.text(number) for number in range(1000)]
    assert len(set(near)) == 1000
    assert near != sorted(near)
    assert NumberedIds(b"x" * 32, "req").text(7) != IDS.text(7)
    assert NumberedIds(KEY, "evt").text(7)[4:] != IDS.text(7)[4:]


def test_a_token_is_random_and_its_hash_does_not_hold_it() -> None:
    first, second = new_token("lmc-at-"), new_token("lmc-at-")
    assert first != second
    assert len(first) >= len("lmc-at-") + 43
    assert first not in hash_secret(first)


@given(st.lists(st.one_of(st.integers(-(2**53), 2**53), st.text(max_size=20)), max_size=4))
def test_a_cursor_opens_for_what_it_was_made_for(position: list[int | str]) -> None:
    assert CURSORS.open("list/me", CURSORS.seal("list/me", position)) == position


def test_a_cursor_does_not_open_for_another_question_key_or_bit() -> None:
    cursor = CURSORS.seal("list/me", [41])
    for binding, cursors in (("list/you", CURSORS), ("list/me", Cursors(b"x" * 32))):
        with pytest.raises(BadCursor):
            cursors.open(binding, cursor)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[-1] ^= 1
    with pytest.raises(BadCursor):
        CURSORS.open("list/me", base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="))


@given(st.text(max_size=80))
def test_made_up_cursors_are_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.open("list/me", text)


def test_a_cursor_does_not_show_its_position() -> None:
    one, other = CURSORS.seal("a", [123456789]), CURSORS.seal("a", [123456789])
    assert one != other
    assert b"123456789" not in base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))


def test_a_sealed_answer_opens_with_its_key_and_name_alone() -> None:
    sealed = seal("the caller's key", "name", b"sk-lmc-secret")
    assert b"secret" not in sealed
    assert unseal("the caller's key", "name", sealed) == b"sk-lmc-secret"
    for key, name in (("another key, long", "name"), ("the caller's key", "other")):
        with pytest.raises(InvalidTag):
            unseal(key, name, sealed)
