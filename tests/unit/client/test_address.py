"""Which addresses are taken, and in which form."""

from __future__ import annotations

import pytest

from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.errors import BadAddress, InsecureAddress
from lmchat_desktop.client.identity import me
from lmchat_desktop.client.transport import proxy_for


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("https://admin.example.org", "https://admin.example.org"),
        (" https://admin.example.org/ ", "https://admin.example.org"),
        ("admin.example.org", "https://admin.example.org"),
        ("https://example.org:8443/lmchat/", "https://example.org:8443/lmchat"),
        ("HTTPS://Example.ORG", "https://example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.8.9.10:8000", "http://127.8.9.10:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_good_addresses(typed: str, base_url: str) -> None:
    assert backend_address(typed).base_url == base_url


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://10.0.0.1",
        "http://[::2]",
        "http://0.0.0.0",
        "http://128.0.0.1",
    ],
)
def test_plain_http_is_for_this_machine_alone(typed: str) -> None:
    with pytest.raises(InsecureAddress, match="Nothing was sent"):
        ApiClient(typed, None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ftp://example.org",
        "file:///etc/passwd",
        "https://user:pass@example.org",
        "https://example.org?x=1",
        "https://example.org#x",
        "https://example.org:99999",
        "https://exa mple.org",
        "https://[::1",
        "https://999.1.1.1",
        "https://127.1",
        "https://010.0.0.1",
        "https://2130706433",
        "javascript://example.org",
    ],
)
def test_bad_addresses(typed: str) -> None:
    with pytest.raises(BadAddress):
        backend_address(typed)


def test_the_environment_names_the_proxy_but_never_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    far, near = backend_address("https://example.org"), backend_address("http://localhost:1")
    assert proxy_for(far) is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.net:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.net:3128")
    assert proxy_for(far) == "http://proxy.example.net:3128"
    assert proxy_for(near) is None
    assert proxy_for(backend_address("https://127.0.0.1")) is None
    monkeypatch.setenv("NO_PROXY", "example.org")
    assert proxy_for(far) is None
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example.net")
    client = ApiClient("https://example.org", None)
    with pytest.raises(BadAddress, match="proxy of the kind socks5"):
        me(client)
