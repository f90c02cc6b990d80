"""Sentences read as English and keep what a translation needs."""

from __future__ import annotations

import copy
import pickle

import pytest

from lmchat_desktop.domain.wording import Sentence, in_order, said


def test_reads_as_english_with_its_values() -> None:
    sentence = said("Test", "No answer from {host}.", host="<b>{0}</b>")
    assert sentence == "No answer from <b>{0}</b>."
    assert (sentence.context, sentence.template) == ("Test", "No answer from {host}.")
    assert dict(sentence.values) == {"host": "<b>{0}</b>"}


def test_braces_stand_for_themselves_without_values() -> None:
    assert said("Test", "{}") == "{}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        said("Test", "{one} {two}", one=1)


def test_a_sequence_keeps_its_parts_and_leaves_out_none() -> None:
    first, second = said("Test", "One."), said("Test", "Two.")
    sequence = in_order(first, None, second)
    assert sequence == "One. Two."
    assert sequence.parts == (first, second)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_survives_a_copy(copied) -> None:  # type: ignore[no-untyped-def]
    sentence = in_order(said("Test", "Of {n}.", n=3), said("Test", "End."))
    again = copied(sentence)
    assert isinstance(again, Sentence)
    assert again == sentence
    assert again.parts == sentence.parts
    assert dict(again.parts[0].values) == {"n": 3}
