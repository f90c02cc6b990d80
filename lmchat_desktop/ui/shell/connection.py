"""What the window says about its connection: dot, status words and the offline banner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain import formatting
from lmchat_desktop.sync.states import SyncPhase, SyncState
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from lmchat_desktop.domain.clock import ClockDispute

translate = QCoreApplication.translate

NOT_SIGNED_IN = "signed-out-here"
"""The code of a session that shows what was kept, without a sign-in."""


@dataclass(frozen=True, slots=True)
class ConnectionWords:
    """How a state of sync reads.

    Attributes:
        dot: the state of the dot: live, syncing, offline or stopped.
        caption: beside the dot.
        detail: the dot's tooltip.
        status: in place of the age in the status bar; empty for the age.
        banner: above the page; empty for none.
        banner_detail: the banner's second line.
    """

    dot: str
    caption: str
    detail: str = ""
    status: str = ""
    banner: str = ""
    banner_detail: str = ""


def connection_words(
    state: SyncState, now: datetime, zone: tzinfo, age_s: float | None
) -> ConnectionWords:
    """The words for a state.

    Args:
        state: how sync stands.
        now: decides whether a time needs its date.
        zone: the zone of the times.
        age_s: seconds since the cache last equalled the backend, None for never.
    """
    words = _of_phase(state, now, zone, age_s)
    if state.dispute is None or (state.phase is SyncPhase.STOPPED and not state.code):
        return words
    said, advice = _clocks(state.dispute, zone)
    if not words.banner:
        return replace(words, banner=said, banner_detail=advice)
    detail = " ".join(part for part in (words.banner_detail, said, advice) if part)
    return replace(words, banner_detail=detail)


def _of_phase(
    state: SyncState, now: datetime, zone: tzinfo, age_s: float | None
) -> ConnectionWords:
    match state.phase:
        case SyncPhase.LIVE:
            return ConnectionWords("live", translate("Connection", "Live"), _last(state, zone))
        case SyncPhase.SYNCING:
            return ConnectionWords(
                "syncing", translate("Connection", "Syncing"), _last(state, zone), _progress(state)
            )
        case SyncPhase.OFFLINE:
            since = _time(state.since, now, zone)
            return ConnectionWords(
                "offline",
                translate("Connection", "Offline since {time}").replace("{time}", since),
                translated(state.detail),
                banner=translate("Connection", "Offline since {time}.").replace("{time}", since)
                + f" {_shown(state, now, zone, age_s)}",
                banner_detail=translated(state.detail),
            )
        case SyncPhase.STOPPED if state.code == NOT_SIGNED_IN:
            not_signed_in = translate("Connection", "Not signed in")
            return ConnectionWords(
                "offline",
                not_signed_in,
                translated(state.detail),
                banner=f"{not_signed_in}. {_shown(state, now, zone, age_s)}",
                banner_detail=translated(state.detail),
            )
        case SyncPhase.STOPPED:
            stopped = translate("Connection", "Sync has stopped.")
            return ConnectionWords(
                "stopped",
                translate("Connection", "Stopped"),
                translated(state.detail),
                banner=f"{stopped} {_shown(state, now, zone, age_s)}" if state.code else "",
                banner_detail=translated(state.detail),
            )


def _clocks(dispute: ClockDispute, zone: tzinfo) -> tuple[str, str]:
    """What is wrong with the clocks and what follows, and what to do."""
    if dispute.heard:
        words = translate(
            "Connection",
            "This computer's clock says {local}, the backend's {backend}. Figures go by the "
            "backend's; nothing was deleted.",
        )
    else:
        words = translate(
            "Connection",
            "This computer's clock says {local}, but by the backend it was {backend} when it was "
            "last known. What is too old by either is not shown; nothing was deleted.",
        )
    local, backend = (
        translated(formatting.moment(at, zone)) for at in (dispute.local, dispute.backend)
    )
    return (
        words.replace("{local}", local).replace("{backend}", backend),
        translate(
            "Connection",
            "Check the clock of this computer. This ends by itself once both agree.",
        ),
    )


def _shown(state: SyncState, now: datetime, zone: tzinfo, age_s: float | None) -> str:
    if state.last_sync_at is None or age_s is None:
        return translate("Connection", "Nothing has been read from the backend yet.")
    at = _time(state.last_sync_at, now, zone)
    words = translate("Connection", "What you see was last synced at {time}, {ago}.")
    return words.replace("{time}", at).replace("{ago}", translated(formatting.ago(age_s)))


def _last(state: SyncState, zone: tzinfo) -> str:
    if state.last_sync_at is None:
        return translate("Connection", "Not synced yet")
    at = translated(formatting.moment(state.last_sync_at, zone, seconds=True))
    return translate("Connection", "Last synced {time}").replace("{time}", at)


def _progress(state: SyncState) -> str:
    progress = state.progress
    if progress is None:
        return translate("Connection", "Syncing")
    if progress.total:
        words = translate("Connection", "Syncing {what}: {done} of {total}")
    else:
        words = translate("Connection", "Syncing {what}: {done}")
    return (
        words.replace("{what}", translated(progress.what))
        .replace("{done}", f"{progress.done:,}")
        .replace("{total}", f"{progress.total:,}")
    )


def _time(at: datetime, now: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return formatting.clock(at, zone)
    return translated(formatting.moment(at, zone))
