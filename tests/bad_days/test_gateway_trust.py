"""Who may use the gateway, and what it may be made to fetch: no web page, no other name, no link-local address, no file."""

from __future__ import annotations

import hmac
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.bad_days import hostile
from tests.bad_days.children import CUT_AFTER_S, child, command, environment
from tests.bad_days.gateways import MANAGE, THEIRS, code_of, in_front_of, raw, request
from tests.bad_days.hostile import Hostile, Peer
from tests.gateway.wire import COMPAT, TOKEN, V1, Wire
from workbench.domain.secret import Secret
from workbench.gateway import access

OWN = ("/healthz", "/workbench/status", "/workbench/feed", "/workbench/providers", f"{MANAGE}gateways")
PLACES = ("authorization", "cf-aig-authorization", "x-api-key", "x-goog-api-key", "api-key")


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with hostile.hostile() as server:
        yield server


@pytest.fixture(scope="module")
def wire(server: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with in_front_of(server, tmp_path_factory.mktemp("gateway")) as wire:
        yield wire


@pytest.fixture(autouse=True)
def behaves(server: Hostile) -> None:
    server.manner = hostile.well
    server.asked.clear()


def test_another_bind_has_to_be_asked_for(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "--host", "0.0.0.0"),
        input=f"{TOKEN}\n",
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        timeout=CUT_AFTER_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "--allow-remote" in done.stderr


def test_another_bind_that_is_asked_for_is_warned_of(tmp_path: Path) -> None:
    with child(tmp_path, "--host", "0.0.0.0", "--allow-remote") as gateway:
        assert gateway.wire.address == f"http://127.0.0.1:{gateway.wire.port}"
        evil = gateway.wire.ask(
            "GET", "/workbench/status", headers={"host": f"evil.example:{gateway.wire.port}"}
        )
        assert evil.status == 403
        code, told = gateway.ended()
        assert code == 0
        assert "Warning: the gateway listens on 0.0.0.0" in told


@pytest.mark.parametrize("place", PLACES)
def test_the_token_opens_from_every_place_and_nothing_else_does(wire: Wire, place: str) -> None:
    for value in (TOKEN, f"Bearer {TOKEN}", f"bearer   {TOKEN} "):
        assert wire.ask("GET", "/workbench/status", headers={place: value}, token=False).status == 200
    for value in ("", "Bearer", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), f"{TOKEN} x", "é" * 20):
        answer = wire.ask("GET", "/workbench/status", headers={place: value}, token=False)
        assert (answer.status, code_of(answer.body)) == (401, 10000), value


def test_the_token_is_not_taken_from_an_address_or_a_cookie(wire: Wire) -> None:
    for path in (f"/workbench/status?token={TOKEN}", f"/workbench/status?key={TOKEN}"):
        assert wire.ask("GET", path, token=False).status == 401
    assert (
        wire.ask("GET", "/workbench/status", headers={"cookie": f"token={TOKEN}"}, token=False).status == 401
    )


def test_tokens_are_compared_in_constant_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    class Counting:
        @staticmethod
        def compare_digest(one: bytes, other: bytes) -> bool:
            compared.append((one, other))
            return hmac.compare_digest(one, other)

    monkeypatch.setattr(access, "hmac", Counting)
    door = access.Access(Secret(TOKEN))
    for value in (TOKEN, f"Bearer {TOKEN}", "wrong", TOKEN[:5]):
        before = len(compared)
        assert door.is_token(value) is (TOKEN in value)
        assert len(compared) == before + 1
    assert TOKEN not in repr(door)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:{port}.evil.example", "127.0.0.1.nip.io:{port}",
        "user@127.0.0.1:{port}", "[::ffff:127.0.0.1]:{port}", "127.1:{port}", "0.0.0.0:{port}", "2130706433:{port}", "",
        "localhost.:{port}", "localhost.evil.example:{port}", "127.0.0.1:{port}, evil.example",
    ],
)  # fmt: skip
def test_another_name_is_refused_with_the_token_too(wire: Wire, host: str) -> None:
    for path in (*OWN, COMPAT):
        answer = wire.ask("GET", path, headers={"host": host.format(port=wire.port)})
        assert (answer.status, code_of(answer.body)) == (403, 8001)


def test_without_a_host_nothing_is_served(wire: Wire) -> None:
    answer = raw(wire, f"GET /workbench/status HTTP/1.0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
    assert b" 403 " in answer.partition(b"\r\n")[0]


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_its_own_names_are_served(wire: Wire, host: str) -> None:
    assert wire.ask("GET", "/healthz", headers={"host": host.format(port=wire.port)}).status == 200


@pytest.mark.parametrize(
    "page",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:3000"},
        {"origin": "file://"},
        {"origin": "http://127.0.0.1:{port}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_gets_nothing_with_the_token_too(wire: Wire, server: Hostile, page: dict[str, str]) -> None:
    headers = {name: value.format(port=wire.port) for name, value in page.items()}
    for method, path in (*(("GET", path) for path in OWN), ("POST", COMPAT), ("POST", V1)):
        answer = wire.ask(method, path, headers=headers)
        assert (answer.status, code_of(answer.body)) == (403, 8002)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert server.asked == []


def test_programs_that_speak_as_browsers_do_are_served(wire: Wire) -> None:
    """Node's fetch tells a mode, and a browser where the user typed the address that it comes from nowhere."""
    for headers in ({"sec-fetch-mode": "cors"}, {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}):
        assert wire.ask("GET", "/workbench/status", headers=headers).status == 200


@pytest.mark.parametrize("path", [*OWN, COMPAT, V1])
def test_a_preflight_gets_nothing_usable(wire: Wire, path: str) -> None:
    asks = {
        "origin": "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
        "access-control-request-private-network": "true",
    }
    answer = wire.ask("OPTIONS", path, headers=asks, token=False)
    assert answer.status == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_an_upstream_cannot_let_a_page_in(wire: Wire, server: Hostile) -> None:
    async def invites(peer: Peer) -> None:
        body = hostile.told("Come in")
        more = {"access_control_allow_origin": "*", "set_cookie": "a=b", "location": "http://evil.example"}
        await peer.say(hostile.head(content_length=len(body), connection="close", **more) + body)

    server.manner = invites
    headers = wire.chat(path=COMPAT, model=THEIRS).headers
    assert not {"access-control-allow-origin", "set-cookie", "location"} & headers.keys()


def test_no_connection_becomes_something_else(wire: Wire) -> None:
    upgrade = ("Upgrade: websocket", "Connection: Upgrade")
    answer = raw(wire, request(wire, "GET", "/workbench/feed", *upgrade, "Connection: close", token="wrong"))
    assert b" 401 " in answer.partition(b"\r\n")[0]
    assert b" 101 " not in answer


FORBIDDEN = (
    "http://169.254.169.254", "http://169.254.169.254:80/latest", "http://[fe80::1]", "http://[fe80::1%25eth0]",
    "http://[::ffff:169.254.169.254]", "http://[64:ff9b::a9fe:a9fe]", "http://2852039166", "http://0xa9fea9fe",
    "http://0251.0376.0251.0376", "http://169.254.43518", "http://metadata.google.internal", "http://169.254.169.254.",
    "file:///etc/passwd", "ftp://127.0.0.1", "gopher://127.0.0.1", "//169.254.169.254", "data:,x", "unix:///var/run/docker.sock",
    "http://user:pass@127.0.0.1", "http://127.0.0.1\\@169.254.169.254", "http://127.0.0.1/\r\nx: y", "http://", "javascript:1",
)  # fmt: skip


@pytest.mark.parametrize("base", FORBIDDEN)
def test_nobody_can_point_it_at_link_local_or_at_a_file(wire: Wire, base: str) -> None:
    custom = {"name": "c", "slug": "meta", "base_url": base, "enable": True}
    answer = wire.ask("POST", f"{MANAGE}custom-providers", custom)
    assert (answer.status, code_of(answer.body)) == (400, 7001)
    for field in ("base_url", "api_base", "gateway_base"):
        upstream = {"kind": "openai", "base_url": "http://127.0.0.1:1", "account": "a", field: base}
        answer = wire.ask("PUT", "/workbench/upstream", upstream)
        assert (answer.status, code_of(answer.body)) == (400, 5006), field
    assert wire.chat(path=COMPAT, model=THEIRS).status == 200  # the old one stays


@pytest.fixture(scope="module")
def custom(server: Hostile, wire: Wire) -> str:
    body = {"name": "c", "slug": "nearby", "base_url": f"{server.address}/base", "enable": True}
    assert wire.ask("POST", f"{MANAGE}custom-providers", body).status == 200
    return "/v1/acc/default/custom-nearby/"


@pytest.mark.parametrize(
    "tail",
    [
        "../secret", "..%2fsecret", "%2e%2e/secret", "%2e%2e%2fsecret", "a/../../secret", "a/%2e%2e/%2e%2e/secret", "..\\secret",
        "%5c..%5csecret", "./secret", "//169.254.169.254/x", "@169.254.169.254/x", ":80/x", "http://169.254.169.254/x", "%00", "%0d%0ax: y",
        "a%252e%252e/x", ";@evil/..;/secret", "?url=http://169.254.169.254", "#x", "%23/../x", "..;/secret", "a\x7fb", "%u002e%u002e/x",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_a_providers_address(
    wire: Wire, server: Hostile, custom: str, tail: str
) -> None:
    answer = raw(
        wire, request(wire, "POST", custom + tail, "Connection: close", "Content-Length: 2", body=b"{}")
    )
    if not server.asked:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head[9:10] == b"4", head
        assert json.loads(body)["success"] is False
        return
    path = server.asked[0].path
    assert path.startswith("/base/")
    assert ".." not in unquote(path).partition("?")[0].split("/")
    assert server.asked[0].headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "300 Many"]
)
def test_no_redirect_is_followed_or_passed_on(wire: Wire, server: Hostile, custom: str, status: str) -> None:
    async def elsewhere(peer: Peer) -> None:
        more: dict[str, Any] = {"location": f"{server.address}/elsewhere", "content_length": 0}
        await peer.say(hostile.head(status, **more, connection="close"))

    server.manner = elsewhere
    for path in (COMPAT, f"{custom}chat/completions"):
        server.asked.clear()
        answer = wire.chat(path=path, model=THEIRS)
        assert (answer.status, code_of(answer.body)) == (502, 2005)
        assert "location" not in answer.headers
        assert len(server.asked) == 1
