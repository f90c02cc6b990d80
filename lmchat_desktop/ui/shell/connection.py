"""What the window says about its connection: dot, status words and the offline banner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from lmchat_desktop.domain import formatting
from lmchat_desktop.sync.states import SyncPhase, SyncState


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
    match state.phase:
        case SyncPhase.LIVE:
            return ConnectionWords("live", "Live", _last(state, zone))
        case SyncPhase.SYNCING:
            return ConnectionWords("syncing", "Syncing", _last(state, zone), _progress(state))
        case SyncPhase.OFFLINE:
            since = _time(state.since, now, zone)
            return ConnectionWords(
                "offline",
                f"Offline since {since}",
                state.detail,
                banner=f"Offline since {since}. {_shown(state, now, zone, age_s)}",
                banner_detail=state.detail,
            )
        case SyncPhase.STOPPED:
            return ConnectionWords(
                "stopped",
                "Stopped",
                state.detail,
                banner=f"Sync has stopped. {_shown(state, now, zone, age_s)}" if state.code else "",
                banner_detail=state.detail,
            )


def _shown(state: SyncState, now: datetime, zone: tzinfo, age_s: float | None) -> str:
    if state.last_sync_at is None or age_s is None:
        return "Nothing has been read from the backend yet."
    at = _time(state.last_sync_at, now, zone)
    return f"What you see was last synced at {at}, {formatting.ago(age_s)}."


def _last(state: SyncState, zone: tzinfo) -> str:
    if state.last_sync_at is None:
        return "Not synced yet"
    return f"Last synced {formatting.moment(state.last_sync_at, zone, seconds=True)}"


def _progress(state: SyncState) -> str:
    progress = state.progress
    if progress is None:
        return "Syncing"
    if progress.total:
        return f"Syncing {progress.what}: {progress.done:,} of {progress.total:,}"
    return f"Syncing {progress.what}: {progress.done:,}"


def _time(at: datetime, now: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return formatting.clock(at, zone)
    return formatting.moment(at, zone)
