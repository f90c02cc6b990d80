"""Who is signed in, and the devices of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.identity import Device, DeviceRegister, DeviceRevoke, Me

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def me(api: ApiClient, cancel: CancelToken | None = None) -> Me:
    """The signed-in person, what they may do, and what the backend offers."""
    return api.get("/v1/me", Me, cancel=cancel)


def register_device(
    api: ApiClient,
    device: DeviceRegister,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Device:
    """Register this installation, for a sign-in with a personal token."""
    return api.post("/v1/devices", Device, device, idempotency_key=idempotency_key, cancel=cancel)


def list_devices(
    api: ApiClient,
    *,
    person_id: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Device]:
    """A page of the devices that this person may see, of one person or of all."""
    return api.get(
        "/v1/devices",
        Page[Device],
        params={"person_id": person_id, "cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def get_device(api: ApiClient, device_id: str, cancel: CancelToken | None = None) -> Device:
    """One device."""
    return api.get(f"/v1/devices/{segment(device_id)}", Device, cancel=cancel)


def revoke_device(
    api: ApiClient,
    device_id: str,
    why: DeviceRevoke,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Take a device's access away; somebody else's for a reason."""
    api.act(
        f"/v1/devices/{segment(device_id)}/revoke",
        why,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )
