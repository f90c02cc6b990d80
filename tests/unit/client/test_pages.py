"""Cursor pages as one sequence, and waiting for jobs."""

from __future__ import annotations

from itertools import islice

import pytest

from lmchat_desktop.client import jobs
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import BackendTrouble, BadAnswer, NotFound
from lmchat_desktop.client.pages import pages
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.jobs import Job, JobState
from tests.support.fault_server import FaultServer, answer
from tests.unit.client.conftest import MakeClient


def test_pages_are_fetched_as_they_are_asked_for() -> None:
    asked: list[str | None] = []

    def fetch(cursor: str | None) -> Page[int]:
        asked.append(cursor)
        number = int(cursor or 0)
        return Page(
            data=[number * 2, number * 2 + 1],
            has_more=number < 2,
            next_cursor=str(number + 1) if number < 2 else None,
        )

    items = pages(fetch)
    assert next(items) == 0
    assert asked == [None]
    assert list(items) == [1, 2, 3, 4, 5]
    assert asked == [None, "1", "2"]


@pytest.mark.parametrize("cursor", [None, "same"])
def test_pages_that_would_never_end_are_a_bad_answer(cursor: str | None) -> None:
    items = pages(lambda _: Page[int](data=[1], has_more=True, next_cursor=cursor))
    with pytest.raises(BadAnswer):
        list(islice(items, 10))


def job(state: str, done: int) -> bytes:
    return (
        f'{{"id":"job_1","kind":"recount","state":"{state}","done":{done},"total":9,'
        '"created_by":"person_1","created_at":"2026-01-01T00:00:00Z"}'
    ).encode()


def test_a_job_goes_on_while_its_backend_cannot_be_asked(
    faults: FaultServer, client: MakeClient
) -> None:
    away = answer(b"", "503 Unavailable")
    steps = [answer(job("running", 5)), *[away] * 5, answer(job("succeeded", 9))]
    faults.route("/v1/jobs/job_1", *steps)
    api = client(retry=NO_RETRY)
    ended = jobs.wait_for_job(api, "job_1", CancelToken(), first_s=0.0, patience=5)
    assert ended.state is JobState.SUCCEEDED
    faults.route("/v1/jobs/job_1", *steps)
    with pytest.raises(BackendTrouble):
        jobs.wait_for_job(api, "job_1", CancelToken(), first_s=0.0, patience=4)
    faults.route("/v1/jobs/job_1", answer(b"", "404 Not Found"), answer(job("succeeded", 9)))
    with pytest.raises(NotFound):
        jobs.wait_for_job(api, "job_1", CancelToken(), first_s=0.0)


def test_a_job_is_looked_at_until_it_has_ended(faults: FaultServer, client: MakeClient) -> None:
    faults.route(
        "/v1/jobs/job_1",
        answer(job("queued", 0)),
        answer(job("running", 5)),
        answer(job("succeeded", 9)),
    )
    seen: list[Job] = []
    ended = jobs.wait_for_job(
        client(), "job_1", CancelToken(), on_progress=seen.append, first_s=0.001
    )
    assert ended.state is JobState.SUCCEEDED
    assert [step.done for step in seen] == [0, 5, 9]
