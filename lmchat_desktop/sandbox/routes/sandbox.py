"""What only a sandbox offers: people to sign in as, the movable clock, late traffic."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy import select
from starlette.responses import Response

from lmchat_desktop.contract.sandbox import (
    ClockMove,
    ClockState,
    SandboxPeople,
    SandboxSignIn,
    TrafficDone,
    TrafficOrder,
)
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.sandbox import sessions, tables
from lmchat_desktop.sandbox.calls import Call, Caller, serve
from lmchat_desktop.sandbox.clock import keep_ahead
from lmchat_desktop.sandbox.operators import changing
from lmchat_desktop.sandbox.people import everybody
from lmchat_desktop.sandbox.problems import invalid, not_found
from lmchat_desktop.sandbox.routes.answers import answer
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()

AWAITED = timedelta(days=2)
"""Traffic of a move of the clock by up to this is there when the move is answered."""


@serve(router, "list_people")
def list_people(call: Caller) -> Response:
    """Everybody of the sample world."""
    with call.backend.database.read() as connection:
        return answer(SandboxPeople(data=everybody(connection)))


@serve(router, "sign_in_as")
def sign_in_as(call: Caller, body: SandboxSignIn) -> Response:
    """A session of a person of the sample world."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        persons = tables.persons.c
        if unit.connection.scalar(select(persons.id).where(persons.id == body.person_id)) is None:
            raise not_found()
        person = sessions.as_person(unit, body.person_id)
        device_id = sessions.register_device(
            person, body.person_id, body.device_name, body.device_platform, body.app_version
        )
        signed_in = sessions.as_person(unit, body.person_id, device_id)
        signed_in.audit("session.begin", "device", device_id)
        changing.join(signed_in)
        return Reply(200, sessions.issue(signed_in, new_id("ses")), secret=True)

    return call.act(work)


@serve(router, "get_clock")
def get_clock(call: Caller) -> Response:
    """The sandbox's time."""
    return answer(_state(call))


@serve(router, "move_clock")
def move_clock(call: Caller, body: ClockMove) -> Response:
    """Move the clock, and let the traffic of the time between arrive."""
    clock = call.backend.clock
    by = timedelta(seconds=body.advance_s)

    def work(unit: Unit, _sight: Visibility) -> Reply:
        ahead = clock.ahead + by
        keep_ahead(unit.connection, ahead)
        unit.audit("clock.move", "clock", "clock", reason=f"by {body.advance_s:g} s")
        state = ClockState(now=unit.now + by, ahead_s=ahead.total_seconds())
        return Reply(200, state)

    response = call.act(work)
    call.backend.take_clock()
    if by <= AWAITED:
        call.backend.arrivals.catch_up()
    return response


@serve(router, "order_traffic")
def order_traffic(call: Caller, body: TrafficOrder) -> Response:
    """Requests of the past arrive now."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        try:
            count = call.backend.arrivals.late(unit.connection, body)
        except ValueError as error:
            raise invalid("/started_at", str(error)) from error
        except LookupError as error:
            raise invalid("/account_id", str(error.args[0])) from error
        unit.audit("traffic.order", "traffic", "traffic", body.account_id)
        return Reply(200, TrafficDone(count=count))

    return call.act(work)


def _state(call: Call) -> ClockState:
    clock = call.backend.clock
    return ClockState(now=clock.now(), ahead_s=clock.ahead.total_seconds())
