from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.connection_rules import problems_with, secret_problem, tidied, tidied_secret
from workbench.domain.targets import CLOUDFLARE_API, CLOUDFLARE_GATEWAY, Target, TargetKind

CLOUD = Target("t", "Mine", TargetKind.CLOUDFLARE, account="0123456789abcdef0123456789abcdef")
SERVER = Target("t", "Ollama", TargetKind.OPENAI, base_url="http://localhost:11434/v1")


@pytest.mark.parametrize(
    "target",
    [
        CLOUD,
        SERVER,
        replace(CLOUD, gateway="my-gw"),
        replace(CLOUD, account=" 0123456789ABCDEF0123456789ABCDEF\n"),
        replace(CLOUD, account="local", api_base="http://127.0.0.1:8787/client/v4"),
        replace(SERVER, base_url="https://[::1]:8000/v1/"),
    ],
)
def test_a_sound_connection_has_no_problems(target: Target) -> None:
    assert problems_with(target) == {}


@pytest.mark.parametrize(
    ("target", "field"),
    [
        (replace(CLOUD, name="  "), "name"),
        (replace(CLOUD, name="TAKEN"), "name"),
        (replace(CLOUD, account=""), "account"),
        (replace(CLOUD, account="short"), "account"),
        (replace(CLOUD, account="a/b", api_base="http://localhost/client/v4"), "account"),
        (replace(CLOUD, gateway="my gw"), "gateway"),
        (replace(CLOUD, gateway="a/b"), "gateway"),
        (replace(CLOUD, gateway="g" * 65), "gateway"),
        (replace(CLOUD, api_base="ftp://x"), "api_base"),
        (replace(CLOUD, gateway_base="https://"), "gateway_base"),
        (replace(SERVER, base_url=""), "base_url"),
        (replace(SERVER, base_url="localhost:11434"), "base_url"),
        (replace(SERVER, base_url="http://localhost:port"), "base_url"),
        (replace(SERVER, base_url="http://me:pw@localhost/v1"), "base_url"),
        (replace(SERVER, base_url="http://localhost/v1?key=1"), "base_url"),
    ],
)
def test_the_field_that_is_wrong_is_named(target: Target, field: str) -> None:
    assert list(problems_with(target, other_names=["Taken"])) == [field]


def test_tidying_mends_what_pasting_brings_along() -> None:
    found = tidied(
        replace(
            CLOUD, name=" My \n account ", gateway=" g ", api_base=f"{CLOUDFLARE_API}/ ", gateway_base="  "
        )
    )
    assert (found.name, found.gateway, found.api_base, found.gateway_base) == (
        "My account",
        "g",
        CLOUDFLARE_API,
        CLOUDFLARE_GATEWAY,
    )


@pytest.mark.parametrize("text", ["  abc\n", "'abc'", "Bearer abc", "bearer   abc "])
def test_a_token_is_taken_out_of_what_was_pasted_around_it(text: str) -> None:
    assert tidied_secret(text) == "abc"
    assert secret_problem(text) == ""


@given(st.from_regex(r"canary[a-z]{8}[ \t\n…•][a-z]{4}", fullmatch=True))
def test_what_is_no_token_is_told_without_quoting_it(text: str) -> None:
    assert secret_problem(text)
    assert "canary" not in secret_problem(text)
