"""Links of the program's own scheme: what each proposes, and that nothing dubious gets through."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.domain.links import (
    MAX_LINK,
    MAX_ROUTE,
    ConnectionLink,
    RouteLink,
    Whereabouts,
    checked_route,
    host_of,
    read_link,
)
from workbench.domain.targets import TargetKind

ACCOUNT = "0123456789abcdef0123456789abcdef"
ROUTE = json.dumps({"name": "r", "elements": []})
RTL = "\N{RIGHT-TO-LEFT OVERRIDE}"


def packed(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return urlsafe_b64encode(data).decode().rstrip("=")


def connection(**parts: str) -> str:
    parts = {"name": "Mine", "kind": "openai", "base_url": "https://example.org/v1", **parts}
    return "ai-workbench:connection?" + "&".join(
        f"{name}={quote(value, safe='')}" for name, value in parts.items()
    )


def reason(link: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_link(link)
    assert caught.value.why
    assert caught.value.why.isprintable()
    return caught.value.why


def test_a_route_is_named_by_its_address_or_held_itself() -> None:
    address = "https://example.org/a%20b.route.json?ref=main"
    assert read_link(f"ai-workbench:route?url={quote(address, safe='')}") == RouteLink(address=address)
    assert read_link("AI-Workbench://route/?url=https://example.org/r.json") == RouteLink(
        "https://example.org/r.json"
    )
    assert read_link(f"ai-workbench:route?data={packed(ROUTE)}") == RouteLink(text=ROUTE)
    assert read_link(f"ai-workbench:route?data={packed(ROUTE)}==") == RouteLink(text=ROUTE)


def test_a_connection_is_proposed_without_its_secrets() -> None:
    found = read_link(connection(name="My server", base_url="http://localhost:11434/v1/"))
    assert isinstance(found, ConnectionLink)
    assert (found.target.kind, found.target.name) == (TargetKind.OPENAI, "My server")
    assert found.target.base_url == "http://localhost:11434/v1"
    found = read_link(f"ai-workbench:connection?name=Team&kind=cloudflare&account={ACCOUNT}&gateway=prod")
    assert isinstance(found, ConnectionLink)
    assert (found.target.account, found.target.gateway) == (ACCOUNT, "prod")
    assert found.target.api_base == "https://api.cloudflare.com/client/v4"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60))
def test_any_plain_name_comes_through_as_it_was_written(name: str) -> None:
    found = read_link(connection(name=name))
    assert isinstance(found, ConnectionLink)
    assert found.target.name == name


@given(st.text(max_size=300))
def test_whatever_it_says_it_is_read_or_refused(text: str) -> None:
    for link in (
        text,
        f"ai-workbench:{text}",
        f"ai-workbench:route?url={text}",
        f"ai-workbench:route?data={text}",
    ):
        try:
            found = read_link(link)
        except InvalidInput:
            continue
        assert isinstance(found, RouteLink)
        if found.address:
            assert found.address.startswith(("https://", "http://"))
            assert host_of(found.address).name


hosts = st.one_of(
    st.text("0123456789abcdefx.-_:[]%@", max_size=30),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map("[{}]".format),
)


@given(hosts, st.sampled_from(["", ":443", ":0", ":", ":99999"]), st.sampled_from(["", "/a", "?a=b", "@b"]))
def test_plain_http_never_leaves_this_machine(host: str, port: str, rest: str) -> None:
    address = f"http://{host}{port}{rest}"
    try:
        found = read_link(f"ai-workbench:route?url={quote(address, safe='')}")
    except InvalidInput:
        return
    assert isinstance(found, RouteLink)
    assert host_of(found.address).whereabouts is Whereabouts.HERE


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("http://localhost:8080/r", Whereabouts.HERE),
        ("http://app.localhost/r", Whereabouts.HERE),
        ("http://127.8.8.8/r", Whereabouts.HERE),
        ("http://[::1]/r", Whereabouts.HERE),
        ("http://[::ffff:127.0.0.1]/r", Whereabouts.HERE),
        ("https://192.168.0.1/r", Whereabouts.OWN_NETWORK),
        ("https://10.0.0.1/r", Whereabouts.OWN_NETWORK),
        ("https://169.254.169.254/latest", Whereabouts.OWN_NETWORK),
        ("https://100.64.0.1/r", Whereabouts.OWN_NETWORK),
        ("https://[fd00::1]/r", Whereabouts.OWN_NETWORK),
        ("https://[::ffff:10.0.0.1]/r", Whereabouts.OWN_NETWORK),
        ("https://0.0.0.0/r", Whereabouts.OWN_NETWORK),
        ("https://router/r", Whereabouts.OWN_NETWORK),
        ("https://nas.local/r", Whereabouts.OWN_NETWORK),
        ("https://nas.home.arpa/r", Whereabouts.OWN_NETWORK),
        ("https://1.1.1.1/r", Whereabouts.ELSEWHERE),
        ("https://example.org/r", Whereabouts.ELSEWHERE),
        ("https://localhost.example.org/r", Whereabouts.ELSEWHERE),
    ],
)
def test_where_an_address_leads_is_known_by_itself(address: str, where: Whereabouts) -> None:
    assert read_link(f"ai-workbench:route?url={quote(address, safe='')}") == RouteLink(address)
    assert host_of(address).whereabouts is where


def test_a_name_of_foreign_letters_is_marked() -> None:
    assert host_of("https://xn--80ak6aa92e.com/r").disguised
    assert not host_of("https://apple.com/r").disguised


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org/r.json",
        "http://example.org/r.json",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/plain,hello",
        "ftp://example.org/r",
        "https:///r",
        "https://user:pass@example.org/r",
        "https://example.org@evil.org/r",
        "https://example.org\\@evil.org/r",
        "https://exa mple.org/r",
        "https://example.org/r#part",
        "https://example.org./r",
        "https://example.org:0/r",
        "https://example.org:/r",
        "https://example.org:port/r",
        "https://ex\u0430mple.org/r",
        "https://-bad-.org/r",
        "https://2130706433/r",
        "https://0x7f.1/r",
        "https://127.1/r",
        "https://010.0.0.1/r",
        "https://1.2.3.4.5/r",
        "https://[fe80::1%25eth0]/r",
        "https://[::1/r",
        "https://example.org/r?token=abc",
        "https://example.org/r?a=b&api%5Fkey=c",
        "https://example.org/r?X-Amz-Signature=c",
        "https://example.org/%zz",
        "https://example.org/" + "a" * 2048,
        "https://" + "a" * 64 + ".org/r",
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(address: str) -> None:
    reason(f"ai-workbench:route?url={quote(address, safe='')}")
    reason(connection(base_url=address))


@pytest.mark.parametrize(
    "name", ["token", "api_key", "key", "gateway_token", "Authorization", "password", "secret"]
)
def test_a_secret_in_a_link_is_refused_and_not_repeated(name: str) -> None:
    why = reason(f"{connection()}&{name}=canary-value")
    assert "secrets" in why
    assert "canary" not in why


@pytest.mark.parametrize(
    "link",
    [
        "",
        "ai-workbench:",
        "ai-workbench:delete?all=1",
        "ai-workbench:route",
        "ai-workbench:route?",
        "ai-workbench:route?url",
        "ai-workbench:route/extra?url=https://example.org/r",
        "ai-workbench:route?url=https://example.org/r&data=e30",
        "ai-workbench:route?url=https://example.org/r&url=https://example.org/s",
        "ai-workbench:route?url=https://example.org/r&extra=1",
        "ai-workbench:route?url=https://example.org/r#x",
        "ai-workbench:route?url=https://example.org/100%",
        "ai-workbench:route?url=https://example.org/r\n",
        " ai-workbench:route?url=https://example.org/r",
        f"ai-workbench:route?url=https://example.org/{RTL}nosj.r",
        "ai-workbench:route?data=",
        "ai-workbench:route?data=***",
        "ai-workbench:route?data=A",
        f"ai-workbench:route?data={packed(b'{}' + bytes([255]))}",
        f"ai-workbench:route?data={packed('not json')}",
        f"ai-workbench:route?data={packed('[' * 30_000)}",
        f"ai-workbench:route?data={packed(' ' * (MAX_ROUTE + 8))}",
        f"ai-workbench:route?url=https://example.org/{'a' * MAX_LINK}",
        "https://example.org/r.json",
        "javascript:alert(1)",
        "file://server/share/r.json",
        "ai-workbench:connection?name=x",
        "ai-workbench:connection?name=x&kind=local",
        f"ai-workbench:connection?name=x&kind=cloudflare&account={ACCOUNT}&api_base=https://evil.org",
        f"ai-workbench:connection?name=x&kind=cloudflare&account={ACCOUNT}&gateway=a/b",
        "ai-workbench:connection?name=x&kind=cloudflare&account=short",
        "ai-workbench:connection?name=x&kind=openai&base_url=https://example.org/v1&account=1",
        "ai-workbench:connection?name=%20&kind=openai&base_url=https://example.org/v1",
        connection(name="a" * 81),
        connection(name=f"good{RTL}dab"),
        connection(name="two\nlines"),
        connection(name="nothing\N{ZERO WIDTH SPACE}here"),
        "ai-workbench:connection?name=%FF&kind=openai&base_url=https://example.org/v1",
        connection(base_url="https://example.org/v1?a=b"),
    ],
)
def test_a_link_that_is_not_as_it_should_be_is_refused_with_a_reason(link: str) -> None:
    reason(link)


@pytest.mark.parametrize("sign", [RTL, "\N{LEFT-TO-RIGHT ISOLATE}", "\x1b", "\x7f", "\x85"])
def test_a_route_that_disguises_what_it_says_is_refused(sign: str) -> None:
    for value in ({"name": f"a{sign}b"}, {f"k{sign}": 1}, [[{"notes": [sign]}]]):
        for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
            with pytest.raises(InvalidInput):
                checked_route(text.encode())
    assert checked_route(b'\xef\xbb\xbf{"name": "two\\nlines", "note": "\xd9\x85\xd8\xb1"}')
