"""The command line. Parsing and help need neither Qt nor the network libraries."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lmchat_desktop import __version__
from lmchat_desktop.frozen import free_children
from lmchat_desktop.tour.self_check import NAMES as SELF_CHECKS

if TYPE_CHECKING:
    from collections.abc import Sequence


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lmchat-desktop",
        description="Administration of the lmchat gateway. Without a command it opens the "
        "application with your profiles.",
    )
    parser.add_argument("--version", action="version", version=f"lmchat-desktop {__version__}")
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="keep settings and caches in DIR instead of the system's folders",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    sandbox = commands.add_parser(
        "sandbox", help="open the application on a private sandbox with its sample world"
    )
    sandbox.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the sandbox's world in DIR (default: forget)"
    )
    sandbox.add_argument(
        "--traffic", type=Path, metavar="FILE", help="the traffic sample to use (default: built in)"
    )

    serve = commands.add_parser("serve-sandbox", help="serve a sandbox backend on loopback")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free port (default)")
    serve.add_argument("--data", type=Path, metavar="DIR", required=True, help="the world's folder")
    serve.add_argument(
        "--database", metavar="URL", help="SQLAlchemy URL (default: an SQLite file under --data)"
    )
    serve.add_argument(
        "--traffic", type=Path, metavar="FILE", help="the traffic sample to use (default: built in)"
    )
    serve.add_argument(
        "--smtp", metavar="HOST:PORT", help="send mails there (default: .eml files under --data)"
    )

    tour = commands.add_parser("tour", help="draw the pages of a story into pictures")
    tour.add_argument("--story", metavar="NAME", help="one story (default: all)")
    tour.add_argument("--out", type=Path, default=Path("build/tour"), metavar="DIR")
    tour.add_argument("--scale", type=float, default=1.0, help="1 or 2: device pixels per pixel")
    tour.add_argument("--list", action="store_true", help="name the stories")

    check = commands.add_parser(
        "self-check", help="try each part of this installation, and say what does not work"
    )
    check.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help=f"one check, or several by repeating it, of: {', '.join(SELF_CHECKS)}",
    )
    check.add_argument("--out", type=Path, metavar="DIR", help="leave the pages' pictures in DIR")
    check.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="leave a cache in DIR with its key in the keyring; the next check with DIR opens it",
    )

    verify = commands.add_parser(
        "verify-audit",
        help="verify an export of the audit log, without a backend",
        description="Exit codes: 0, all of it is proved; 1, something is not; 2, there was "
        "nothing to verify.",
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="the export")
    verify.add_argument(
        "--key", type=Path, metavar="FILE", help="the log's key, from elsewhere than the export"
    )
    verify.add_argument(
        "--head", type=Path, metavar="FILE", help="a signed head of the log that you kept"
    )

    openapi = commands.add_parser("openapi", help="print the admin API as OpenAPI 3.1")
    openapi.add_argument("--out", type=Path, metavar="FILE", help="write to FILE instead")
    return parser


def _openapi(out: Path | None) -> int:
    from lmchat_desktop.contract.openapi import document_text

    text = document_text()
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; answers the process's exit code."""
    free_children()
    options = _parser().parse_args(arguments)
    match options.command:
        case "serve-sandbox":
            from lmchat_desktop.sandbox.server import serve

            return serve(
                options.port, options.data, options.database, options.traffic, options.smtp
            )
        case "openapi":
            return _openapi(options.out)
        case "verify-audit":
            from lmchat_desktop.evidence import verify_audit

            return verify_audit.main(options.file, options.key, options.head)
        case "tour":
            from lmchat_desktop import tour

            return tour.main(options.story, options.out, options.scale, options.list)
        case "self-check":
            from lmchat_desktop.tour import self_check

            return self_check.main(options.only, options.out, options.keep)
        case "sandbox":
            from lmchat_desktop import bootstrap

            return bootstrap.run_sandbox_application(options.data, options.traffic, options.home)
        case _:
            from lmchat_desktop import bootstrap

            return bootstrap.run_application(options.home)


if __name__ == "__main__":
    sys.exit(main())
