"""A sandbox that ends at the commit of an act whose Idempotency-Key says so.

Usage: as `lmchat-desktop`, with its arguments. A key that begins with `die-before-` ends it before
the act is committed, `die-after-` after that and before it is answered; DIE=no lets it live.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from lmchat_desktop.__main__ import main
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.uow import Act, Units

DIED = 9
_act = threading.local()
_write, _run = Database.write, Units.run


@contextmanager
def write(self: Database) -> Iterator[Connection]:
    when = getattr(_act, "when", "")
    with _write(self) as connection:
        yield connection
        if when == "before":
            os._exit(DIED)
    if when == "after":
        os._exit(DIED)


def run(self: Units, act: Act | None, *arguments: Any) -> Any:
    key = "" if act is None else act.key
    _act.when = next((when for when in ("before", "after") if key.startswith(f"die-{when}-")), "")
    try:
        return _run(self, act, *arguments)
    finally:
        _act.when = ""


if __name__ == "__main__":
    if os.environ.get("DIE") != "no":
        Database.write = write  # type: ignore[method-assign]
        Units.run = run  # type: ignore[method-assign]
    sys.exit(main())
