"""Link-local and metadata addresses are for nobody, private ones only for those that say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.upstream_addresses import is_local_name
from workbench.gateway.providers.addresses import Forbidden, check_address


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "100.100.100.200",
        "fd00:ec2::254",
        "224.0.0.1",
    ],
)
@pytest.mark.parametrize("guarded", [True, False])
def test_nobody_may_have_a_link_local_or_metadata_address(address: str, guarded: bool) -> None:
    with pytest.raises(Forbidden, match="link-local"):
        check_address(address, guarded=guarded)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.1.2.3", "192.168.1.5", "172.16.0.1", "fd12::1", "0.0.0.0", "::ffff:10.0.0.1"],
)
def test_a_private_address_is_for_those_that_say_so(address: str) -> None:
    check_address(address, guarded=False)
    with pytest.raises(Forbidden, match="write the address itself"):
        check_address(address, guarded=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "api.openai.com", ""])
def test_public_addresses_and_names_pass(address: str) -> None:
    check_address(address, guarded=True)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.5", True),
        ("nas", True),
        ("nas.local", True),
        ("host.docker.internal", True),
        ("NAS.LAN.", True),
        ("api.openai.com", False),
        ("8.8.8.8", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.nip.io", False),
    ],
)
def test_a_host_that_lies_in_this_network_says_so_by_its_name(host: str, local: bool) -> None:
    assert is_local_name(host) is local


@given(st.ip_addresses())
def test_every_address_is_let_through_or_forbidden(address: object) -> None:
    text = str(address)
    try:
        check_address(text, guarded=True)
    except Forbidden as forbidden:
        text = str(forbidden)
    assert text
