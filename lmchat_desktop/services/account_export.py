"""Everything that lmchat holds on an account: made at the backend, then saved to a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lmchat_desktop.client import account_records, jobs
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import Cancelled
from lmchat_desktop.contract.exports import ExportState
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.contract.exports import AccountExport
    from lmchat_desktop.contract.jobs import Job


READ_AT_ONCE = 2**20


class ExportTrouble(Exception):
    """An export was not made, or not saved.

    Attributes:
        message: what happened, for people.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def make_export(
    api: ApiClient,
    account_id: str,
    key: str,
    cancel: CancelToken,
    on_progress: Callable[[float | None, str], None],
) -> AccountExport:
    """Have an export made, and wait for it; one that is under way already is waited for.

    Cancelling ends the job at the backend too.

    Args:
        api: the backend.
        account_id: of which account.
        key: names the act, so that a lost answer starts no second job.
        cancel: ends it.
        on_progress: told how far it is.

    Raises:
        ExportTrouble: it failed, or was cancelled elsewhere.
        ApiTrouble: the backend does not answer, or `Cancelled`.
    """

    def looked(job: Job) -> None:
        on_progress(job.done / job.total if job.total else None, job.detail)

    running = _running(api, account_id, cancel)
    if running is None:
        job = account_records.start_export(api, account_id, idempotency_key=key, cancel=cancel)
        job_id = job.id
    else:
        job_id = running.job_id
    try:
        job = jobs.wait_for_job(api, job_id, cancel, on_progress=looked)
    except Cancelled:
        jobs.cancel_job(api, job_id, cancel=CancelToken())
        raise
    if job.state is not JobState.SUCCEEDED:
        raise ExportTrouble(
            said("Accounts", "The export was not made: {detail} Try again.", detail=job.detail)
        )
    export_id = str((job.result or {}).get("export_id", ""))
    for export in account_records.list_exports(api, account_id, cancel=cancel).data:
        if export.id == export_id and export.state is ExportState.READY:
            return export
    raise ExportTrouble(
        said("Accounts", "The export cannot be fetched any more. Make another one.")
    )


def save_export(
    api: ApiClient,
    export: AccountExport,
    path: Path,
    cancel: CancelToken,
    on_progress: Callable[[float | None, str], None],
) -> int:
    """Write an export to a file, whole or not at all; answers its bytes.

    Raises:
        ExportTrouble: it could not be written, or is not what the backend said it is.
        ApiTrouble: the backend does not answer, or `Cancelled`.
    """

    def received(done: int, total: int | None) -> None:
        whole = total or export.size
        on_progress(done / whole if whole else None, "")

    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w+b") as file:
                account_records.fetch_export(
                    api, export.account_id, export.id, file, cancel=cancel, on_bytes=received
                )
                size = file.tell()
                if export.sha256 is not None and _digest(file) != export.sha256:
                    raise ExportTrouble(
                        said(
                            "Accounts",
                            "What came is not what the backend made. There is no file. Try again.",
                        )
                    )
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ExportTrouble(
            said(
                "Accounts",
                "The file could not be written: {reason}. There is no part of it. Choose another "
                "place.",
                reason=error.strerror or type(error).__name__,
            )
        ) from error
    return size


def _running(api: ApiClient, account_id: str, cancel: CancelToken) -> AccountExport | None:
    page = account_records.list_exports(api, account_id, cancel=cancel)
    return next((one for one in page.data if one.state is ExportState.RUNNING), None)


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(READ_AT_ONCE):
        digest.update(piece)
    return digest.hexdigest()
