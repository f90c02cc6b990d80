"""Canned answers, and how many tokens texts count for.

There is no model here, and so no model's tokeniser. A text counts one token for each four bytes of
its UTF-8, rounded up, as English does in common vocabularies; a message counts four more for its
frame, and every request three for the beginning of the answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lmchat_desktop.sandbox.inference.wire import Message

BYTES_PER_TOKEN = 4
TOKENS_PER_MESSAGE = 4
TOKENS_PER_REQUEST = 3

_ANSWERS = (
    "This is a canned answer of the lmchat sandbox: no model was asked.",
    "This is a canned answer of the lmchat sandbox: no model was asked. Your key was checked, the "
    "request was counted, and what it would have cost was added to the key's budget.",
    "This is a canned answer of the lmchat sandbox: no model was asked. It is somewhat longer than "
    "others, so that a stream of it can be watched. The request shows on the page of requests, its "
    "tokens in the usage, and the address that it came from in the key's use of the last day.",
    "No model was asked: the lmchat sandbox answers from a short list.",
)
_PIECES = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        pieces: its text in the pieces in which a stream tells it.
        input_tokens, output_tokens: what it counts for.
        whole: whether it was not cut short.
    """

    pieces: tuple[str, ...]
    input_tokens: int
    output_tokens: int
    whole: bool

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    @property
    def finish_reason(self) -> str:
        """Why it ended."""
        return "stop" if self.whole else "length"

    @property
    def usage(self) -> dict[str, int]:
        """Its tokens as OpenAI's answers tell them."""
        return {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.input_tokens + self.output_tokens,
        }


def tokens_of(text: str) -> int:
    """How many tokens a text counts for."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def reply_to(messages: Sequence[Message], most_tokens: int | None) -> Reply:
    """The answer to a conversation; the same one always has the same."""
    asked = "\0".join(message.text for message in messages)
    digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).digest()
    text = _ANSWERS[digest[0] % len(_ANSWERS)]
    pieces: list[str] = []
    whole = True
    for piece in _PIECES.findall(text):
        if most_tokens is not None and tokens_of("".join([*pieces, piece])) > most_tokens:
            whole = False
            break
        pieces.append(piece)
    input_tokens = TOKENS_PER_REQUEST + sum(
        TOKENS_PER_MESSAGE + tokens_of(message.text) for message in messages
    )
    return Reply(tuple(pieces), input_tokens, tokens_of("".join(pieces)), whole)
