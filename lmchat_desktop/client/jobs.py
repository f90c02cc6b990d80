"""Long work on the backend: looked at, waited for, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.jobs import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken

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
) -> Job:
    """Look at a job again and again, ever less often, until it has ended.

    Cancelling the token ends the waiting, not the job.
    """
    pause = first_s
    while True:
        job = get_job(api, job_id, cancel)
        if on_progress is not None:
            on_progress(job)
        if job.state in ENDED:
            return job
        cancel.wait(pause)
        pause = min(longest_s, pause * 1.5)
