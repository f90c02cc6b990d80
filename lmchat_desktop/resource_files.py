"""Finds the files of resources/ in a checkout, in an installed wheel and in a frozen build."""

from __future__ import annotations

from pathlib import Path

from lmchat_desktop.frozen import bundle_folder


def resource_path(name: str) -> Path:
    """The path of `resources/NAME`.

    Raises:
        FileNotFoundError: the product was installed without that file.
    """
    package = Path(__file__).resolve().parent
    roots = [package / "_resources", package.parent / "resources"]
    bundle = bundle_folder()
    if bundle is not None:
        roots.insert(0, bundle / "resources")
    for root in roots:
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {name!r} is missing from this installation")
