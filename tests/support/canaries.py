"""Finds a text in a file in every form in which it could have been written down carelessly."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_MOST_BYTES = 64 * 2**20
_DEPTH = 3


def forms(text: str) -> dict[str, bytes]:
    """The text as it looks in each encoding, by the encoding's name."""
    plain = text.encode()
    found = {
        "UTF-8": plain,
        "UTF-16 LE": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "UTF-32": text.encode("utf-32-le"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "JSON": json.dumps(text)[1:-1].encode(),
        "URL": quote(text, safe="").encode(),
        "URL, lower": quote(text, safe="").lower().encode(),
        "form": quote_plus(text).encode(),
        "Python": repr(text)[1:-1].encode(),
        "Python, ASCII": ascii(text)[1:-1].encode(),
        "Python, bytes": repr(plain)[2:-1].encode(),
        "reversed": plain[::-1],
    }
    for shift in range(3):
        # Whatever stands before it, these letters are the same.
        for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            start = (8 * shift + 5) // 6
            end = (shift + len(plain)) * 8 // 6
            found[f"{name}+{shift}"] = encode(bytes(shift) + plain)[start:end]
    return {name: form for name, form in found.items() if len(form) > 5}


def leaks(content: bytes, canaries: Mapping[str, str]) -> list[tuple[str, str]]:
    """Which canaries stand in some bytes, or in what is packed in them, and in which form."""
    wanted = [
        (name, form, written)
        for name, text in canaries.items()
        for form, written in forms(text).items()
    ]
    return sorted(
        {(name, form) for part in _parts(content) for name, form, w in wanted if w in part}
    )


def leaks_below(folders: Iterable[Path], canaries: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Which canaries stand in which files, names of files among them."""
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            found += [(str(path), *leak) for leak in leaks(str(path).encode(), canaries)]
            if path.is_file() and not path.is_symlink():
                found += [(str(path), *leak) for leak in leaks(path.read_bytes(), canaries)]
    return found


def _parts(content: bytes, depth: int = 0) -> Iterator[bytes]:
    yield content
    if depth == _DEPTH:
        return
    for place in _PACKED.finditer(content):
        unpacking = zlib.decompressobj(wbits=47)
        try:
            part = unpacking.decompress(content[place.start() :], _MOST_BYTES)
        except zlib.error:
            continue
        if part:
            yield from _parts(part, depth + 1)
