"""Long work on the backend: looked at, waited for, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.jobs import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken

PATIENCE = 60
"""How many looks at a job in a row may fail by what passes, before the waiting is given up: some
minutes, in which a backend starts anew."""

ENDED = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


def list_jobs(
    api: ApiClient,
    *,
    state: JobState | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Job]:
    """A page of the jobs that this person may see, newest first, in one state or in any."""
    return api.get(
        "/v1/jobs",
        Page[Job],
        params={
            "state": state.value if state is not None else None,
            "cursor": cursor,
            "limit": limit,
        },
        cancel=cancel,
    )


def get_job(api: ApiClient, job_id: str, cancel: CancelToken | None = None) -> Job:
    """One job as it stands."""
    return api.get(f"/v1/jobs/{segment(job_id)}", Job, cancel=cancel)


def cancel_job(
    api: ApiClient,
    job_id: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Job:
    """Ask a job to stop at its next checkpoint."""
    return api.post(
        f"/v1/jobs/{segment(job_id)}/cancel",
        Job,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def wait_for_job(
    api: ApiClient,
    job_id: str,
    cancel: CancelToken,
    *,
    on_progress: Callable[[Job], None] | None = None,
    first_s: float = 0.2,
    longest_s: float = 5.0,
    patience: int = PATIENCE,
) -> Job:
    """Look at a job again and again, ever less often, until it has ended.

    Cancelling the token ends the waiting, not the job, and the job goes on while the backend
    cannot be asked.

    Args:
        api: the backend.
        job_id: which job.
        cancel: ends the waiting.
        on_progress: told the job as it stands at each look that succeeded.
        first_s: the first pause between two looks, in seconds.
        longest_s: the longest.
        patience: how many looks in a row may fail by what passes.

    Raises:
        ApiTrouble: the job cannot be looked at; it may go on all the same.
    """
    pause = first_s
    failed = 0
    while True:
        try:
            job = get_job(api, job_id, cancel)
        except ApiTrouble as trouble:
            failed += 1
            if not trouble.transient or failed > patience:
                raise
        else:
            failed = 0
            if on_progress is not None:
                on_progress(job)
            if job.state in ENDED:
                return job
        cancel.wait(pause)
        pause = min(longest_s, pause * 1.5)
