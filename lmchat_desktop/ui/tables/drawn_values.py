"""Values that a table draws instead of writing: a state, a share, a course of days, a tick.

Each is its own text (`str`), for speech, copies, exports and tooltips.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """A state as a coloured dot and a word.

    Attributes:
        text: the word.
        tone: "good", "warn", "bad", "accent" or "muted".
    """

    text: str
    tone: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Meter:
    """A part of a whole as a bar and a text.

    Attributes:
        text: what stands beside the bar.
        share: the part, 0 to 1 and beyond; None draws no bar.
        tone: the bar's colour, as for `Status`.
    """

    text: str
    share: float | None = None
    tone: str = "accent"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Course:
    """A count by day as small bars.

    Attributes:
        text: what the bars say, in words.
        counts: one for each day, oldest first.
    """

    text: str
    counts: tuple[int, ...]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Tick:
    """A box that is ticked, or not.

    Attributes:
        text: what a tick says, in words.
        on: whether it is ticked.
    """

    text: str
    on: bool

    def __str__(self) -> str:
        return self.text


Drawn = Status | Meter | Course | Tick
