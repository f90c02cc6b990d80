"""A browser without scripts, which chooses a person on the sandbox's sign-in page."""

from __future__ import annotations

import html
import re
import threading

import httpx


class Browser:
    """Opens the page, chooses a person or declines, and follows the redirect, on a thread.

    Attributes:
        choice: a person's id, or "decline"; None opens nothing and answers that it did.
        opened: the addresses that were opened.
    """

    def __init__(self, choice: str | None, *, there_is_one: bool = True) -> None:
        self.choice = choice
        self.opened: list[str] = []
        self._there_is_one = there_is_one
        self._threads: list[threading.Thread] = []

    def __call__(self, address: str) -> bool:
        self.opened.append(address)
        if self.choice is not None:
            thread = threading.Thread(target=self._go, args=(address, self.choice))
            self._threads.append(thread)
            thread.start()
        return self._there_is_one

    def join(self) -> None:
        for thread in self._threads:
            thread.join(30)

    def _go(self, address: str, choice: str) -> None:
        with httpx.Client(trust_env=False, timeout=30) as http:
            page = http.get(address)
            page.raise_for_status()
            hidden = r'<input type="hidden" name="([^"]*)" value="([^"]*)"'
            fields = {
                html.unescape(name): html.unescape(value)
                for name, value in re.findall(hidden, page.text)
            }
            chosen = http.post(
                httpx.URL(address).copy_with(query=None), data={**fields, "person_id": choice}
            )
            http.get(chosen.headers["Location"])
