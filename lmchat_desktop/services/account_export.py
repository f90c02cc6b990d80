"""Exports everything on an account into a file: made by the backend, fetched, and checked."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from lmchat_desktop.client import account_records, jobs
from lmchat_desktop.client.errors import ApiTrouble, BadAnswer, Cancelled
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.jobs import Job
    from lmchat_desktop.domain.wording import Sentence

_CHUNK = 1 << 20


class ExportPhase(StrEnum):
    """What is under way."""

    MAKING = "making"
    FETCHING = "fetching"


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export is.

    Attributes:
        phase: what is under way.
        done: steps of the backend, or bytes that were fetched.
        total: of how many; None while it is not known.
    """

    phase: ExportPhase
    done: int
    total: int | None


class ExportNotMade(Exception):
    """The backend did not make the export.

    Attributes:
        sentence: what became of it, for the person.
    """

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class AccountExportService:
    """Exports accounts.

    Args:
        api: the backend.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def export(
        self,
        account_id: str,
        target: Path,
        cancel: CancelToken,
        on_progress: Callable[[ExportProgress], None],
        idempotency_key: str | None = None,
    ) -> None:
        """Have an export made, and write it to a file, which is there whole or not at all.

        Cancelling ends the waiting, and has the backend stop as well.

        Args:
            account_id: of which account.
            target: the file; an older one is replaced.
            cancel: ends it early.
            on_progress: told how far it is.
            idempotency_key: names the beginning, so that it can be tried again.

        Raises:
            ApiTrouble: the backend cannot be asked, or what came is not what it made.
            ExportNotMade: the backend's work failed.
            OSError: the file cannot be written.
        """
        job = account_records.start_export(
            self._api, account_id, idempotency_key=idempotency_key, cancel=cancel
        )
        job = self._awaited(job, cancel, on_progress)
        result = job.result or {}
        partial = target.with_name(f"{target.name}.partial")
        try:
            with partial.open("w+b") as file:
                account_records.fetch_export(
                    self._api,
                    account_id,
                    str(result.get("export_id")),
                    file,
                    cancel=cancel,
                    on_bytes=lambda done, total: on_progress(
                        ExportProgress(ExportPhase.FETCHING, done, total)
                    ),
                )
                if _digest(file) != result.get("sha256"):
                    raise BadAnswer(
                        said(
                            "AccountExport",
                            "What came is not the export that the backend made. Nothing was "
                            "written. Try again.",
                        ),
                        "export digest",
                    )
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def _awaited(
        self, job: Job, cancel: CancelToken, on_progress: Callable[[ExportProgress], None]
    ) -> Job:
        def tell(state: Job) -> None:
            on_progress(ExportProgress(ExportPhase.MAKING, state.done, state.total))

        try:
            ended = jobs.wait_for_job(self._api, job.id, cancel, on_progress=tell)
        except Cancelled:
            # An export that nobody waits for any more ends by itself; it is kept for 7 days.
            with suppress(ApiTrouble):
                jobs.cancel_job(self._api, job.id)
            raise
        if ended.state is not JobState.SUCCEEDED:
            raise ExportNotMade(
                said(
                    "AccountExport",
                    "The backend did not finish the export. Nothing was written. Try again; if "
                    "it stays so, tell whoever runs the backend.",
                )
            )
        return ended


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
