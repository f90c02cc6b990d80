"""Devices that sessions belong to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from lmchat_desktop.contract.identity import Device, DeviceRegister, DeviceRevoke
from lmchat_desktop.contract.queries import DevicesQuery
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import sessions, tables
from lmchat_desktop.sandbox.calls import Caller, serve
from lmchat_desktop.sandbox.problems import forbidden, invalid, not_found
from lmchat_desktop.sandbox.routes.answers import answer, entity_page, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_devices")
def list_devices(call: Caller, query: Annotated[DevicesQuery, Query()]) -> Response:
    """Devices, the caller's or everybody's."""
    wanted = None if query.person_id is None else tables.devices.c.person_id == query.person_id
    return entity_page(call, "device", query, wanted)


@serve(router, "register_device")
def register_device(call: Caller, body: DeviceRegister) -> Response:
    """A device for calls with a personal token."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        device_id = sessions.register_device(
            unit, unit.principal.person_id, body.name, body.platform, body.app_version
        )
        device = one(unit.connection, sight, "device", device_id, unit.now)
        assert isinstance(device, Device)
        headers = {"Location": f"/v1/devices/{device_id}", "ETag": device.etag}
        return Reply(201, device, headers)

    return call.act(work)


@serve(router, "get_device")
def get_device(call: Caller, device_id: str) -> Response:
    """One device."""
    with call.view() as view:
        device = one(view.connection, view.sight, "device", device_id, view.now)
    assert isinstance(device, Device)
    return answer(device, ETag=device.etag)


@serve(router, "revoke_device")
def revoke_device(call: Caller, device_id: str, body: DeviceRevoke) -> Response:
    """Take a device's access away."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        device = one(unit.connection, sight, "device", device_id, unit.now)
        assert isinstance(device, Device)
        own = device.person_id == unit.principal.person_id
        if not own and not unit.principal.may(Scope.DEVICES_WRITE):
            raise forbidden(f"This needs {Scope.DEVICES_WRITE.value}.")
        if device.revoked_at is not None:
            raise not_found()
        reason = body.reason.strip()
        if not own and not reason:
            raise invalid("/reason", "it is needed to revoke somebody else's device")
        sessions.revoke_device(unit, device_id, device.person_id, reason)
        return Reply(204)

    return call.act(work)
