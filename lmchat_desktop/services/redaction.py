"""Takes secrets and addresses out of what is logged, shown as details or copied into a report."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(lmc-(?:at|rt|pat)-)[A-Za-z0-9_\-.~+/=]+"), r"\1…"),
    (re.compile(r"\b(sk-[A-Za-z]*-?)[A-Za-z0-9_\-]{8,}"), r"\1…"),
    (re.compile(r"(?i)\b(bearer\s+)[^\s\"',;]+"), r"\1…"),
    (re.compile(r"(?i)(x-sandbox-token[\"']?\s*[:=]\s*[\"']?)[^\s\"',;]+"), r"\1…"),
    (
        re.compile(
            r"(?i)\b((?:access_token|refresh_token|code_verifier|password|passphrase|secret)"
            r"[\"']?\s*[:=]\s*[\"']?)[^\s\"'&,;}]+"
        ),
        r"\1…",
    ),
    (re.compile(r"\b(code=)[^\s\"'&,;}]+"), r"\1…"),
    (re.compile(r"\b[xX]'[0-9a-fA-F]{64,}'"), "x'…'"),
    (re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"), "…@…"),
)


def redacted(text: str) -> str:
    """The text without tokens, keys, passphrases, e-mail addresses and the home folder's name."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def redacted_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> str:
    """A traceback as text, redacted; values of variables are never in it."""
    return redacted("".join(traceback.format_exception(kind, error, trace))).rstrip()


class RedactingFormatter(logging.Formatter):
    """Formats log records and takes out what must not be written down."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one redacted text."""
        return redacted(super().format(record))
