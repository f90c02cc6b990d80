"""What the program brings with it: files, time zones, certificates."""

from __future__ import annotations

import json
import os
import ssl
import zoneinfo
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.client.trust import trusted_authorities
from lmchat_desktop.frozen import bundle_folder
from lmchat_desktop.resource_files import resource_path
from lmchat_desktop.tour.self_check.findings import Finding, NotSound, State

if TYPE_CHECKING:
    from lmchat_desktop.tour.self_check.findings import Place

SAMPLE = ("traffic.npz", "calls.npz", "catalogue.json", "README.md")
ZONES = {"Europe/Berlin": 2, "Asia/Kolkata": 5.5, "America/New_York": -4, "Pacific/Auckland": 12}
"""Some zones and their hours from UTC in July."""


def files(_place: Place) -> Finding:
    """The files of resources/, and in a frozen build the licences of all that it contains."""
    document = json.loads(resource_path("openapi.json").read_text(encoding="utf-8"))
    sample = resource_path("sample")
    missing = [name for name in SAMPLE if not (sample / name).stat().st_size]
    if missing:
        raise NotSound(f"empty files: {', '.join(missing)}")
    resource_path("translations")
    words = f"the API's document {document['info']['version']}, the sample, translations"
    bundle = bundle_folder()
    if bundle is None:
        return Finding(words)
    licences = [path for path in (bundle / "licences").iterdir() if path.is_dir()]
    if not licences:
        raise NotSound("there are no licences in this build")
    return Finding(f"{words}, licences of {len(licences)} components")


def time_zones(_place: Place) -> Finding:
    """The zones that the program brings, with the system's own left out."""
    system = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    try:
        for name, hours in ZONES.items():
            offset = datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo.no_cache(name)).utcoffset()
            if offset != timedelta(hours=hours):
                raise NotSound(f"{name} is {offset} from UTC in July, not {hours} h")
        count = len(zoneinfo.available_timezones())
    finally:
        zoneinfo.reset_tzpath(to=system)
    return Finding(f"{count} zones of the program's own")


def certificates(_place: Place) -> Finding:
    """The authorities that a client trusts."""
    named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
    count = trusted_authorities()
    if count:
        source = f"those that {named[0]} names" if named else "the program's own"
        return Finding(f"{count} authorities, {source}; {ssl.OPENSSL_VERSION}")
    if "SSL_CERT_DIR" in named:
        return Finding("SSL_CERT_DIR names a folder, which is read when needed", State.NOTE)
    raise NotSound("no authority is trusted, so no backend could be reached")
