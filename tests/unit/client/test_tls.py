"""TLS is verified, always: against the public roots, or those that the environment names."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lmchat_desktop.client import identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.errors import Cancelled, CutShort, Unreachable, Untrusted
from tests.support.certificates import Authority
from tests.support.fault_server import WAIT_S, FaultServer, answer, head
from tests.unit.client.conftest import AT_ONCE, ME, TOKEN


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts unless told."""
    return Authority(tmp_path_factory.mktemp("authority"))


def client_of(server: FaultServer) -> ApiClient:
    return ApiClient(server.url, StaticToken(TOKEN), retry=AT_ONCE)


def test_a_certificate_of_a_named_authority_is_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots))
    with FaultServer(authority.server_context("127.0.0.1")) as server, client_of(server) as api:
        server.route("/v1/me", answer(ME))
        assert identity.me(api).person.id == "person_1"


@pytest.mark.parametrize(
    ("host", "expired", "named"),
    [("127.0.0.1", False, False), ("example.org", False, True), ("127.0.0.1", True, True)],
)
def test_any_other_is_not_and_nothing_is_sent(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, host: str, expired: bool, named: bool
) -> None:
    if named:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots))
    context = authority.server_context(host, expired=expired)
    with FaultServer(context) as server, client_of(server) as api:
        server.route("/v1/me", answer(ME))
        with pytest.raises(Untrusted, match="Nothing was changed"):
            identity.me(api)
        assert server.received == []


def test_https_to_a_plain_server_is_unreachable(faults: FaultServer) -> None:
    with (
        ApiClient(f"https://127.0.0.1:{faults.port}", StaticToken(TOKEN), retry=AT_ONCE) as api,
        pytest.raises(Unreachable),
    ):
        identity.me(api)


def test_a_cut_and_a_stall_inside_tls_are_noticed(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots))
    with FaultServer(authority.server_context("127.0.0.1")) as server, client_of(server) as api:
        server.route("/v1/me", lambda exchange: exchange.send(head(length=500), ME[:50]))
        with pytest.raises(CutShort):
            identity.me(api)
        server.route("/v1/me", lambda exchange: exchange.stall())
        cancel, pool = CancelToken(), ThreadPoolExecutor(1)
        future = pool.submit(identity.me, api, cancel)
        assert server.stalled.wait(WAIT_S)
        threading.Thread(target=cancel.cancel).start()
        with pytest.raises(Cancelled):
            future.result(WAIT_S)
        pool.shutdown()


def test_a_proxy_that_the_environment_names_carries_the_tunnel(
    monkeypatch: pytest.MonkeyPatch, faults: FaultServer
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", f"http://u:canary@127.0.0.1:{faults.port}")
    faults.route("admin.example.org:443", answer(b"", "407 Proxy Authentication Required"))
    with (
        ApiClient("https://admin.example.org", StaticToken(TOKEN), retry=AT_ONCE) as api,
        pytest.raises(Unreachable) as caught,
    ):
        identity.me(api)
    asked = faults.received[0]
    assert (asked.method, asked.target) == ("CONNECT", "admin.example.org:443")
    assert "authorization" not in asked.headers
    assert "proxy-authorization" in asked.headers
    assert "canary" not in caught.value.message + caught.value.technical
