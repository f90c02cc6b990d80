"""Words that the dialogs of acts share: instants with their zones, spans, troubles, obstacles."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.client.errors import ApiTrouble, BackendTrouble, Refused
from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.wording import said
from lmchat_desktop.sync.states import SyncPhase
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.tasks.runner import TaskRunner

translate = QCoreApplication.translate

UTC_ZONE = ZoneInfo("UTC")


def in_zone(at: datetime, zone: ZoneInfo) -> str:
    """An instant with the name of its zone, for a sentence: 9 Nov 2026, 14:05 (Europe/Berlin)."""
    return f"{translated(formatting.moment(at, zone))} ({zone.key})"


def in_both(at: datetime, zone: ZoneInfo) -> str:
    """An instant in the zone and in UTC, for a line: 9 Nov 2026, 14:05 (Europe/Berlin) · … UTC."""
    if zone.key == "UTC":
        return in_zone(at, zone)
    utc = translated(formatting.moment(at, UTC_ZONE))
    return f"{in_zone(at, zone)} · {utc} (UTC)"


def countdown(seconds: float) -> str:
    """How long it still takes, in its two largest units: 6 d 23 h, 59 min 3 s."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = [
        (days, said("Ages", "{count} d", count=f"{days:,}")),
        (hours, said("Ages", "{count} h", count=hours)),
        (minutes, said("Ages", "{count} min", count=minutes)),
        (rest, said("Ages", "{count} s", count=rest)),
    ]
    first = next((place for place, (count, _text) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(translated(text) for _count, text in parts[first : first + 2])


def trouble_words(error: BaseException) -> str:
    """What a failed act says of itself."""
    if isinstance(error, ApiTrouble):
        return translated(error.message)
    return translate("Acts", "Something went wrong in this application; it was reported.")


def report_fault(tasks: TaskRunner, error: BaseException) -> None:
    """Have a fault of the program reported, where a failed act was one and not a trouble."""
    if not isinstance(error, ApiTrouble):
        tasks.task_failed.emit(None, error)


def may_have_happened(error: BaseException) -> bool:
    """Whether an act may have been done although no good answer to it came."""
    if isinstance(error, Refused) and not isinstance(error, BackendTrouble):
        return error.kind == ProblemKind.IDEMPOTENCY_UNDER_WAY
    return True


def offline(context: PageContext) -> str:
    """That nothing can be changed now without a connection, in words; empty where it can."""
    state = context.connection.state
    if state is not None and state.phase in (SyncPhase.OFFLINE, SyncPhase.STOPPED):
        return translate("Acts", "There is no connection: nothing can be changed now.")
    return ""
