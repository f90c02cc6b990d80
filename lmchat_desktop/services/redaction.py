"""Takes secrets, addresses and content out of what is logged, shown as details or reported."""

from __future__ import annotations

import errno
import logging
import re
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FRAMES = 40
MOST_ERRORS = 8
"""How many errors of a chain or a group a traceback tells of."""
MOST_CHARACTERS = 16_000
"""The longest record that is logged; what is longer loses its middle."""

# Each takes time in proportion to the text, whatever the text is.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(lmc-(?:at|rt|pat)-)[A-Za-z0-9_\-.~+/=]+"), r"\1…"),
    (re.compile(r"\b(sk-[A-Za-z]*-?)[A-Za-z0-9_\-]{8,}"), r"\1…"),
    (re.compile(r"\b(AGE-SECRET-KEY-)[A-Z0-9]+"), r"\1…"),
    (re.compile(r"\beyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)+"), "eyJ…"),
    (re.compile(r"(?i)\b((?:bearer|basic)\s+)[^\s\"',;]+"), r"\1…"),
    (re.compile(r"(?i)(x-sandbox-token[\"']?\s*[:=]\s*[\"']?)[^\s\"',;]+"), r"\1…"),
    # From the start of each run alone, so that a long text takes no longer than it is long.
    (
        re.compile(r"(?<![\w./~%:\-])(?=[\w.~%:\-]*+/)([\w./~%:\-]++)\?[^\s\"'<>]+"),
        r"\1?…",
    ),
    (
        re.compile(
            r"(?i)\b((?:access_token|refresh_token|code_verifier|password|passphrase|secret)"
            r"[\"']?\s*[:=]\s*[\"']?)[^\s\"'&,;}]+"
        ),
        r"\1…",
    ),
    (re.compile(r"\b(code=)[^\s\"'&,;}]+"), r"\1…"),
    (re.compile(r"\b[xX]'[0-9a-fA-F]{64,}'"), "x'…'"),
    (re.compile(r"\b[0-9a-fA-F]{64,}\b"), "…"),
    (re.compile(r"(?<![\w.%+\-])[\w.%+\-]++@[\w.\-]+\.\w{2,}"), "…@…"),
)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MODULE = re.compile(r"\w{1,60}(?:\.\w{1,60}){0,8}")


def redacted(text: str) -> str:
    """The text without tokens, keys, passphrases, e-mail addresses, queries and the home folder."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def redacted_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> str:
    """Where an error came from: types, files, lines and functions, and nothing that was handled.

    The errors' own words are left out, since they repeat values: a key that was not found, an
    answer that could not be read. Of those whose words are known to be harmless the gist is kept:
    the system's error number, the code of a trouble, the name of a module or attribute.
    """
    parts = [_one(kind, error, trace)]
    for reason, cause in _causes(error):
        parts.insert(0, f"{_one(type(cause), cause, cause.__traceback__)}\n\n{reason}\n")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions[:MOST_ERRORS]:
            parts.append(f"In the group:\n{_one(type(inner), inner, inner.__traceback__)}")
    return "\n".join(parts)


def short_place(path: str) -> str:
    """A source file's path from its package on; of other files the name alone."""
    place = path.replace("\\", "/")
    for mark, skipped in (("/site-packages/", True), ("/lmchat_desktop/", False)):
        _before, found, after = place.rpartition(mark)
        if found:
            return after if skipped else f"{found.strip('/')}/{after}"
    library = re.search(r"/(python3\.\d+/[\w./-]+)$", place)
    return library.group(1) if library else place.rpartition("/")[2]


class RedactingFormatter(logging.Formatter):
    """Formats log records of any logger and takes out what must not be written down.

    A record can neither pretend to be several, since its further lines are indented, nor fill the
    log, since it is cut.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one redacted text."""
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        text = self.formatMessage(record)
        if record.exc_info:
            # Never `record.exc_text`: another handler can have put the full traceback there.
            text += f"\n{self.formatException(record.exc_info)}"
        if record.stack_info:
            text += f"\n{record.stack_info}"
        # Cut twice: what the first cut halves, and so hides from redaction, the second takes away.
        text = _cut(redacted(_cut(text, 4 * MOST_CHARACTERS)), MOST_CHARACTERS)
        return text.replace("\r", "").replace("\n", "\n    ")

    def formatException(self, ei: object) -> str:
        """As `redacted_traceback`."""
        match ei:
            case (type() as kind, BaseException() as error, TracebackType() | None as trace):
                return redacted_traceback(kind, error, trace)
            case _:
                return ""


def _one(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    lines = []
    if trace is not None:
        lines.append("Traceback (most recent call last):")
        frames = list(traceback.walk_tb(trace))
        for frame, line in frames[:MOST_FRAMES]:
            code = frame.f_code
            lines.append(
                f'  File "{short_place(code.co_filename)}", line {line}, in {code.co_name}'
            )
        if len(frames) > MOST_FRAMES:
            lines.append(f"  … {len(frames) - MOST_FRAMES} more")
    name = kind.__qualname__
    if kind.__module__ != "builtins":
        name = f"{kind.__module__}.{name}"
    gist = _gist(error)
    lines.append(f"{name}: {gist}" if gist else name)
    return "\n".join(lines)


def _causes(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    seen = {id(error)}
    while len(seen) < MOST_ERRORS:
        if error.__cause__ is not None:
            reason, cause = "This led to:", error.__cause__
        elif error.__context__ is not None and not error.__suppress_context__:
            reason, cause = "While this was handled:", error.__context__
        else:
            return
        if id(cause) in seen:
            return
        seen.add(id(cause))
        yield reason, cause
        error = cause


def _gist(error: BaseException) -> str:
    match error:
        case OSError(errno=int() as number):
            return f"errno {number} ({errno.errorcode.get(number, 'unknown')})"
        case ImportError(name=str() as name) if _MODULE.fullmatch(name):
            return f"module {name}"
        case AttributeError(name=str() as name, obj=owner) if name.isidentifier():
            return f"{type(owner).__name__}.{name}"
        case NameError(name=str() as name) if name.isidentifier():
            return name
    code = getattr(error, "code", None)
    return f"code {code}" if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters were left out …\n{text[-half:]}"
