"""What may be loaded by what, proved in fresh interpreters."""

from __future__ import annotations

import subprocess
import sys

import pytest


def modules_after(code: str) -> set[str]:
    """The top-level modules that are loaded once the code has run in a new interpreter."""
    script = (
        f"{code}\nimport sys; print('\\n'.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


HEADLESS = ["domain", "contract", "client", "cache", "sync", "settings", "services", "sandbox"]


@pytest.mark.parametrize("package", HEADLESS)
def test_every_module_of_a_headless_package_runs_without_qt(package: str) -> None:
    loaded = modules_after(
        "import importlib, pkgutil\n"
        f"import lmchat_desktop.{package} as package\n"
        "for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    if '.migrations.' not in module.name:\n"
        "        importlib.import_module(module.name)\n"
    )
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "qtawesome"}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_answers_before_anything_heavy_is_loaded(option: str) -> None:
    loaded = modules_after(
        "from lmchat_desktop.__main__ import main\n"
        "try:\n"
        f"    main([{option!r}])\n"
        "except SystemExit as done:\n"
        "    assert done.code == 0\n"
    )
    heavy = {"PySide6", "numpy", "httpx", "sqlalchemy", "pydantic", "fastapi", "keyring"}
    assert not loaded & heavy
