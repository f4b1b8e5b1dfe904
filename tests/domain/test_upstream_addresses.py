from __future__ import annotations

import pytest

from workbench.domain.upstream_addresses import base_url_problem, is_link_local


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:11434/v1",
        "http://localhost:1234",
        "http://[::1]:8080/v1",
        "https://api.example.com/openai",
        "http://192.168.1.20:8000",
        "http://10.0.0.1",
    ],
)
def test_servers_at_home_and_abroad_may_be_used(address: str) -> None:
    assert base_url_problem(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "file:///etc/passwd",
        "ftp://example.com",
        "example.com/v1",
        "http://",
        "http:///v1",
        "http://a b",
        "http://host:0/",
        "http://host:99999/",
        "http://user:pass@host/",
        "https://host/v1?key=1",
        "https://host/v1#a",
        "http://[::1",
        "http://host\\@other/",
        "http://ho\nst/",
    ],
)
def test_other_addresses_are_refused_with_a_reason(address: str) -> None:
    assert base_url_problem(address).endswith(".")


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.169.254.",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "fe80::1",
        "fe80::1%eth0",
        "[fe80::1]",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "Metadata.Google.Internal",
    ],
)
def test_a_link_local_host_is_known_in_every_spelling(host: str) -> None:
    assert is_link_local(host)
    assert base_url_problem(f"http://{host if ':' not in host or host[0] == '[' else f'[{host}]'}/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "1.1.1.1", "::1", "example.com", "169254.example", "1e100.net", ""]
)
def test_other_hosts_are_not_link_local(host: str) -> None:
    assert not is_link_local(host)
