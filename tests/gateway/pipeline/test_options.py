"""What a request may ask of the gateway, and what it is told when it asks for nonsense."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.gateways import Backoff, GatewaySettings
from workbench.gateway.pipeline.options import (
    OPTION_HEADERS,
    BadOption,
    Options,
    options_of,
    read_options,
)

BASE = options_of(GatewaySettings())


def read(**headers: str) -> Options:
    return read_options(BASE, {f"cf-aig-{name.replace('_', '-')}": value for name, value in headers.items()})


def test_without_headers_the_gateways_settings_hold() -> None:
    settings = GatewaySettings(
        cache_ttl=600,
        collect_logs=False,
        collect_payloads=False,
        retry_max_attempts=3,
        retry_delay_ms=100,
        retry_backoff=Backoff.LINEAR,
    )
    options = read_options(options_of(settings), {"authorization": "Bearer x"})
    assert options == Options(
        cache_ttl_s=600,
        collect_log=False,
        collect_payload=False,
        tries=3,
        delay_ms=100,
        backoff=Backoff.LINEAR,
    )


def test_a_header_holds_over_the_gateways_setting() -> None:
    settings = GatewaySettings(cache_ttl=600, collect_logs=True, retry_max_attempts=3)
    headers = {"cf-aig-cache-ttl": "0", "cf-aig-collect-log": "false", "cf-aig-max-attempts": "1"}
    options = read_options(options_of(settings), headers)
    assert (options.cache_ttl_s, options.collect_log, options.tries) == (0, False, 1)


@pytest.mark.parametrize(
    ("name", "value", "option", "read_as"),
    [
        ("cf-aig-cache-ttl", "60", "cache_ttl_s", 60),
        ("cf-aig-cache-ttl", "2678400", "cache_ttl_s", 2_678_400),
        ("cf-aig-skip-cache", "true", "skip_cache", True),
        ("cf-aig-cache-key", "mine", "cache_key", "mine"),
        ("cf-aig-collect-log-payload", "False", "collect_payload", False),
        ("cf-aig-request-timeout", "1500", "timeout_ms", 1500),
        ("cf-aig-retry-delay", "5000", "delay_ms", 5000),
        ("cf-aig-backoff", "Exponential", "backoff", Backoff.EXPONENTIAL),
        ("cf-cache-ttl", "120", "cache_ttl_s", 120),
        ("cf-skip-cache", "true", "skip_cache", True),
        ("x-workbench-trace", "true", "trace", True),
    ],
)
def test_each_header_is_read(name: str, value: str, option: str, read_as: object) -> None:
    assert getattr(read_options(BASE, {name: value}), option) == read_as


def test_the_new_name_holds_over_the_old_one() -> None:
    assert read_options(BASE, {"cf-cache-ttl": "120", "cf-aig-cache-ttl": "300"}).cache_ttl_s == 300


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cf-aig-cache-ttl", "59"),
        ("cf-aig-cache-ttl", "2678401"),
        ("cf-aig-cache-ttl", "soon"),
        ("cf-aig-cache-ttl", "-1"),
        ("cf-aig-cache-ttl", "６０"),
        ("cf-aig-skip-cache", "yes"),
        ("cf-aig-collect-log", "maybe"),
        ("cf-aig-max-attempts", "0"),
        ("cf-aig-max-attempts", "6"),
        ("cf-aig-retry-delay", "5001"),
        ("cf-aig-request-timeout", "0"),
        ("cf-aig-backoff", "random"),
        ("cf-aig-metadata", "plan=free"),
        ("cf-aig-metadata", "[1]"),
        ("cf-aig-custom-cost", "5"),
        ("cf-aig-custom-cost", '{"per_token_in":"free"}'),
        ("cf-aig-cache-key", "k" * 1025),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadOption, match=name):
        read_options(BASE, {name: value})


def test_metadata_keeps_five_entries_and_no_reserved_ones() -> None:
    given = {"cf.user": "x", "a": 1, "b": "two", "c": True, "d": 4.5, "e": None, "f": 6}
    assert read(metadata=json.dumps(given)).metadata == {"a": 1, "b": "two", "c": True, "d": 4.5, "e": None}


@pytest.mark.parametrize("nested", [{"a": {"b": 1}, "c": 2}, {"a": [1], "c": 2}])
def test_a_nested_value_makes_all_metadata_ignored(nested: dict[str, Any]) -> None:
    assert read(metadata=json.dumps(nested)).metadata == {}


def test_metadata_in_utf8_is_read_from_a_header_and_from_a_leg() -> None:
    text = json.dumps({"stadt": "Köln"}, ensure_ascii=False)
    assert read(metadata=text.encode().decode("latin-1")).metadata == {"stadt": "Köln"}
    assert read(metadata=text).metadata == {"stadt": "Köln"}


def test_custom_costs_are_rates_or_a_total() -> None:
    cost = read(custom_cost='{"per_token_in":0.000001,"per_token_out":0.000002}').custom_cost
    assert cost is not None
    assert (cost.per_token_in, cost.per_token_out, cost.total) == (0.000001, 0.000002, None)
    total = read(custom_cost='{"total_cost":0.25}').custom_cost
    assert total is not None
    assert total.total == 0.25


@given(st.dictionaries(st.sampled_from(sorted(OPTION_HEADERS)), st.text(max_size=30)))
def test_any_text_is_read_or_refused_and_nothing_else(headers: dict[str, str]) -> None:
    try:
        options = read_options(BASE, headers)
    except BadOption:
        return
    assert 1 <= options.tries <= 5
    assert 0 <= options.delay_ms <= 5000
    assert len(options.metadata) <= 5
