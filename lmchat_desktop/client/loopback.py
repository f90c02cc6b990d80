"""The listener on 127.0.0.1 that the browser comes back to after a sign-in (RFC 8252 7.3)."""

from __future__ import annotations

import html
import queue
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from lmchat_desktop.client.errors import Cancelled, SignInTimedOut
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.domain.wording import Sentence

CALLBACK_PATH = "/callback"
REQUEST_S = 10.0

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>lmchat desktop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center;
  min-height: 100vh; margin: 0; }}
main {{ max-width: 28rem; padding: 2rem; }}
h1 {{ font-size: 1.25rem; margin: 0 0 .5rem; }}
p {{ margin: 0; opacity: .75; }}
</style></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""
_LANGUAGE = said("SignInPage", "en")
"""The language of the page as a tag of BCP 47: a translation names its own, such as `zh-Hans`."""
_RECEIVED = (
    said("SignInPage", "Back in lmchat desktop"),
    said("SignInPage", "The application goes on by itself. You can close this tab."),
)
_DECLINED = (
    said("SignInPage", "Not signed in"),
    said("SignInPage", "The sign-in was declined. You can close this tab."),
)
_STRANGE = (
    said("SignInPage", "Nothing to see here"),
    said("SignInPage", "This address only serves one sign-in. You can close this tab."),
)


@dataclass(frozen=True, slots=True)
class Redirected:
    """What the browser brought back.

    Attributes:
        code: the code, or None where the backend said no.
        error: the backend's name of its refusal (RFC 6749 4.1.2.1), or None.
        issuer: the backend that sent the browser back, where it says so (RFC 9207), or None.
    """

    code: str | None = field(repr=False)
    error: str | None
    issuer: str | None


class _Server(ThreadingHTTPServer):
    """One thread a connection, because browsers open idle connections ahead of need."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, state: str, in_words: Callable[[Sentence], str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = state
        # Made beforehand, since the connections' threads are no place to translate on.
        self.received = _page(_RECEIVED, in_words)
        self.declined = _page(_DECLINED, in_words)
        self.strange = _page(_STRANGE, in_words)
        self.results: queue.SimpleQueue[Redirected | None] = queue.SimpleQueue()

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks is the browser's matter and says nothing about the sign-in."""


def _page(words: tuple[Sentence, Sentence], in_words: Callable[[Sentence], str]) -> bytes:
    language, title, text = (html.escape(in_words(each)) for each in (_LANGUAGE, *words))
    return _PAGE.format(language=language, title=title, text=text).encode()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = REQUEST_S
    server_version = "lmchat-desktop"
    sys_version = ""

    def log_message(self, format: str, *args: object) -> None:
        """The request line holds the code: it is not logged."""

    def do_GET(self) -> None:
        """Take the redirect if it is ours; anything else is none of our business."""
        port = self.server.server_address[1]
        parts = urlsplit(self.path)
        if self.headers.get("Host") != f"127.0.0.1:{port}" or parts.path != CALLBACK_PATH:
            self._answer(404, self.server.strange)
            return
        fields = parse_qs(parts.query)
        state = fields.get("state", [""])[0]
        if not secrets.compare_digest(state.encode(), self.server.state.encode()):
            self._answer(400, self.server.strange)
            return
        code = fields.get("code", [None])[0]
        error = fields.get("error", [None])[0]
        if code is None and error is None:
            self._answer(400, self.server.strange)
            return
        self._answer(200, self.server.received if error is None else self.server.declined)
        issuer = fields.get("iss", [None])[0]
        self.server.results.put(Redirected(code if error is None else None, error, issuer))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class LoopbackListener:
    """Waits on a free port of this machine for one redirect; use as a context manager.

    Attributes:
        redirect_uri: where the browser is to come back to.
        state: the unguessable value that the redirect must carry.

    Args:
        in_words: puts what the browser shows into the person's language; English without it.
    """

    def __init__(self, in_words: Callable[[Sentence], str] = str) -> None:
        self.state = secrets.token_urlsafe(32)
        self._server = _Server(self.state, in_words)
        self.redirect_uri = f"http://127.0.0.1:{self._server.server_address[1]}{CALLBACK_PATH}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.1},
            name="lmchat-sign-in",
            daemon=True,
        )

    def __enter__(self) -> LoopbackListener:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, cancel: CancelToken, seconds: float) -> Redirected:
        """The redirect.

        Raises:
            SignInTimedOut: nobody came back in time.
            Cancelled: on the token.
        """
        take_back = cancel.on_cancel(lambda: self._server.results.put(None))
        try:
            found = self._server.results.get(timeout=seconds)
        except queue.Empty:
            raise SignInTimedOut(
                said(
                    "Client",
                    "The sign-in was not finished in the browser in time. You are not signed in. "
                    "Start it again.",
                )
            ) from None
        finally:
            take_back()
        if found is None:
            raise Cancelled
        return found
