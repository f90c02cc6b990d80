"""Brings the texts for translators up to date and compiles what was translated.

    python tools/translations.py            # those that are there
    python tools/translations.py de zh_CN   # these languages too

For each language resources/translations holds lmchat_LANGUAGE.ts, which translators edit in Qt
Linguist, and lmchat_LANGUAGE.qm, which the application loads. A text is found by its literal in
`self.tr`, `translate`, `QT_TRANSLATE_NOOP`, below the interface in `said`, and in functions that
do nothing but call `translate` with their argument.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from translation_texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translation_texts import Text

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "lmchat_desktop"
FOLDER = ROOT / "resources" / "translations"
NAME = "lmchat"
FIELD = re.compile(r"\{(\w*)[^{}]*\}|%n|%L?\d+")


def collect(file: Path, language: str) -> None:
    """Write all texts into a .ts file; what was translated before stays.

    Raises:
        NotLiteral: a text is computed, so that none can be kept for it.
        CalledProcessError: Qt's lupdate failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "texts.py"
        listed.write_text("\n".join(map(_call, texts(SOURCES))) + "\n", encoding="utf-8")
        _qt(
            "lupdate",
            *("-silent", "-extensions", "py", "-locations", "none", "-no-obsolete"),
            *("-source-language", "en", "-target-language", language),
            str(listed),
            *("-ts", str(file)),
        )


def _call(text: Text) -> str:
    """A call that Qt's lupdate reads; the comment tells translators where the text stands."""
    context, source = (json.dumps(each, ensure_ascii=False) for each in (text.context, text.source))
    number = ', "", 1' if text.plural else ""
    return f"#: {text.file}\ntranslate({context}, {source}{number})"


def mistakes(file: Path) -> Iterator[str]:
    """Translations of a .ts file that would not show what their source shows."""
    for message in ElementTree.parse(file).getroot().iter("message"):
        source = message.findtext("source", "")
        translation = message.find("translation")
        if translation is None or translation.get("type") is not None:
            continue
        texts = [form.text or "" for form in translation.iter("numerusform")]
        for text in texts or [translation.text or ""]:
            if text and _fields(source) != _fields(text):
                yield f"{file.name}: {text!r} has other fields than {source!r}"


def _fields(text: str) -> list[str]:
    return sorted(found[0] for found in FIELD.finditer(text))


def compile_(file: Path) -> Path:
    """Make the .qm file beside a .ts file of finished translations; answers its path.

    Raises:
        CalledProcessError: Qt's lrelease failed.
    """
    target = file.with_suffix(".qm")
    _qt("lrelease", "-silent", "-nounfinished", str(file), "-qm", str(target))
    return target


def _qt(tool: str, *arguments: str) -> None:
    # PySide's own commands for these live beside its modules, on every system.
    subprocess.run([str(Path(PySide6.__file__).with_name(tool)), *arguments], check=True)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="such as de or zh_CN")
    named = {FOLDER / f"{NAME}_{language}.ts" for language in parser.parse_args().languages}
    wrong: list[str] = []
    for file in sorted(named | set(FOLDER.glob(f"{NAME}_*.ts"))):
        collect(file, file.stem.removeprefix(f"{NAME}_"))
        found = list(mistakes(file))
        wrong += found
        if not found:
            print(compile_(file).relative_to(ROOT))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
