"""Sentences for people that rules and I/O make, in English, and that any interface can translate.

Layers below the interface know no translator. What they have to say is a `Sentence`: English text
that still knows its template and values, so that the interface can say it in another language.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE: Mapping[str, object] = MappingProxyType({})


class Sentence(str):
    """A text in English that can be translated.

    Attributes:
        context: whose words these are, as translators see them grouped; "" for a sequence.
        template: the English text with `{name}` for each value; what a translation is found by.
        values: what stands for the names; a sentence among them is translated too.
        parts: the sentences of a sequence, in their order; empty for a single one.
    """

    __slots__ = ("context", "parts", "template", "values")

    context: str
    template: str
    values: Mapping[str, object]
    parts: tuple[Sentence, ...]

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (str(self), self.context, self.template, dict(self.values), self.parts)


def said(context: str, template: str, **values: object) -> Sentence:
    """A sentence from its literal template; translators' tools find calls of this name.

    Args:
        context: whose words these are.
        template: English, with `{name}` for each value, and braces doubled where it has values.
        values: by name; foreign text among them is put in as it is, whatever braces it holds.

    Raises:
        KeyError: the template names a value that is not there.
    """
    return _again(template.format(**values) if values else template, context, template, values, ())


def in_order(*parts: Sentence | None) -> Sentence:
    """Sentences one after the other, in every language; None among them is left out."""
    told = tuple(part for part in parts if part is not None)
    return _again(" ".join(told), "", "", _NONE, told)


def _again(
    text: str,
    context: str,
    template: str,
    values: Mapping[str, object],
    parts: tuple[Sentence, ...],
) -> Sentence:
    sentence = Sentence(text)
    sentence.context, sentence.template = context, template
    sentence.values, sentence.parts = values, parts
    return sentence
