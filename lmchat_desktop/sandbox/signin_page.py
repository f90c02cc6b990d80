"""The pages of a sign-in in the browser: no scripts, nothing loaded from elsewhere, all escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from starlette.responses import Response

from lmchat_desktop.contract.sandbox import SandboxPerson

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --accent: #2f5bd7; }
@media (prefers-color-scheme: dark) { :root { --accent: #8fb0ff; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 36rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
p { margin: 0 0 1.5rem; }
ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
li { border-bottom: 1px solid var(--line); }
button { all: unset; box-sizing: border-box; display: block; width: 100%; padding: .75rem .5rem;
  cursor: pointer; }
button:hover { background: #8882; }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
strong { display: block; font-weight: 600; }
.other { margin-top: 1.5rem; }
.other button { width: auto; text-decoration: underline; padding: .5rem; }
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

DECLINE = "decline"
"""The value of `person_id` with which the form's last button declines."""


def people_page(fields: Mapping[str, str], people: Sequence[SandboxPerson]) -> Response:
    """The page on which one chooses whom to be."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    choices = "".join(
        f'<li><button name="person_id" value="{escape(one.person.id)}">'
        f"<strong>{escape(one.person.name)}</strong>{escape(_place(one))}</button></li>"
        for one in people
    )
    body = (
        "<h1>Sign in to the lmchat sandbox</h1>"
        "<p>Choose a person of the sample world. lmchat desktop will act as this person.</p>"
        f'<form method="post" action="/oauth/authorize">{hidden}<ul>{choices}</ul>'
        f'<div class="other"><button name="person_id" value="{DECLINE}">Do not sign in'
        "</button></div></form>"
    )
    back = urlsplit(fields["redirect_uri"])
    return _page(200, "Sign in", body, f"'self' {back.scheme}://{back.netloc}")


def refusal_page(detail: str) -> Response:
    """The page for a request that must not be redirected."""
    body = f"<h1>This sign-in cannot go on</h1><p>{escape(detail)} You can close this tab.</p>"
    return _page(400, "Not signed in", body, "'none'")


def _place(one: SandboxPerson) -> str:
    roles = [f"{role.value} of lmchat" for role in one.operator_roles]
    return ", ".join([*roles, *one.accounts])


def _page(status: int, title: str, body: str, form_action: str) -> Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – lmchat sandbox</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
        f"form-action {form_action}; frame-ancestors 'none'; base-uri 'none'",
    }
    return Response(text, status, headers=headers, media_type="text/html")
