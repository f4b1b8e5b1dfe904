from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.envfile import MAX_LENGTH, parse_env, read_environment
from workbench.domain.secret import Secret
from workbench.domain.targets import SecretKind, TargetKind

A = "0123456789abcdef0123456789abcdef"
GW = f"https://gateway.ai.cloudflare.com/v1/{A}/my-gw"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("K=v", "v"),
        ("export K=v", "v"),
        ("  K = v  ", "v"),
        ("K=v # why", "v"),
        ("K=v#w", "v#w"),
        ("K='v # no comment'", "v # no comment"),
        ('K="v" # why', "v"),
        ('K="a\\nb\\"c\\\\"', 'a\nb"c\\'),
        ("K='a\\nb'", "a\\nb"),
        ('K="a\nb"', "a\nb"),
        ('K=`it\'s "so"`', 'it\'s "so"'),
        ("\ufeffK=v", "v"),
        ("K=v\r\n", "v"),
        ('K="a\r\nb"\r\n', "a\nb"),
        ("K=", ""),
        ("K=#", ""),
        ("K=a=b==", "a=b=="),
        ("K=one\nK=two", "two"),
        ("# K=no\n\nK=v\n#end", "v"),
        ("K=v\n\nK2='x", "v"),
    ],
)
def test_each_way_of_writing_a_value_is_read(text: str, value: str) -> None:
    assert parse_env(text).values["K"] == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("one\nK=v", "Line 1 is not of the form NAME=value."),
        ("K=v\n\n=x", "Line 3 is not of the form NAME=value."),
        ("K='open\nL=v", "The quotes in line 1 do not match; it was not read."),
        ('K="a" b', "The quotes in line 1 do not match; it was not read."),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, problem: str) -> None:
    assert parse_env(text).problems == (problem,)


def test_a_bad_line_does_not_swallow_the_next() -> None:
    assert dict(parse_env('A="x\nB="y"').values) == {"B": "y"}


def test_a_huge_file_is_refused() -> None:
    assert parse_env("K=" + "v" * MAX_LENGTH).problems


NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,20}", fullmatch=True)


@given(
    st.dictionaries(NAMES, st.text().filter(lambda value: "\r" not in value)), st.sampled_from(["\n", "\r\n"])
)
def test_whatever_is_written_in_double_quotes_is_read_back(values: dict[str, str], end: str) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    text = "".join(f"{name}={quoted(value)}{end}" for name, value in values.items())
    found = parse_env(text)
    assert found.problems == ()
    assert dict(found.values) == values


@given(st.text())
def test_any_text_is_read_without_an_exception(text: str) -> None:
    parse_env(text)
    read_environment(text)


def test_the_usual_file_becomes_a_cloudflare_connection() -> None:
    found = read_environment(
        f"GATEWAY_URL={GW}/compat\nGATEWAY_TOKEN=gw-secret\nCLOUDFLARE_API_TOKEN=api-secret\n"
    )
    assert found.draft is not None
    assert (found.draft.kind, found.draft.account, found.draft.gateway) == (TargetKind.CLOUDFLARE, A, "my-gw")
    assert found.secrets == {
        SecretKind.GATEWAY_TOKEN: Secret("gw-secret"),
        SecretKind.API_TOKEN: Secret("api-secret"),
    }
    assert found.problems == ()
    assert ("GATEWAY_URL", f"account {A}, gateway my-gw") in found.understood


def test_a_gateway_token_alone_serves_as_api_token_too_and_the_review_says_so() -> None:
    found = read_environment(f"GATEWAY_URL={GW}\nGATEWAY_TOKEN=one-token")
    assert (
        found.secrets[SecretKind.API_TOKEN] == found.secrets[SecretKind.GATEWAY_TOKEN] == Secret("one-token")
    )
    assert dict(found.understood)["GATEWAY_TOKEN"] == (
        "the gateway token, and the API token, for the file has no other"
    )


def test_the_account_variable_fills_a_gap_in_the_address() -> None:
    found = read_environment(f"GATEWAY_URL=https://api.cloudflare.com/client/v4\nCLOUDFLARE_ACCOUNT_ID={A}\n")
    assert found.draft is not None
    assert found.draft.account == A
    assert found.problems == ()


def test_an_account_that_contradicts_the_address_is_named_and_not_used() -> None:
    found = read_environment(f"GATEWAY_URL={GW}\nCLOUDFLARE_ACCOUNT_ID={'f' * 32}")
    assert found.draft is not None
    assert found.draft.account == A
    assert found.problems == (
        "CLOUDFLARE_ACCOUNT_ID differs from the account in the address, which is used.",
    )
    assert "CLOUDFLARE_ACCOUNT_ID" not in dict(found.understood)


def test_an_account_alone_is_workers_ai_without_a_gateway() -> None:
    found = read_environment(f"CLOUDFLARE_ACCOUNT_ID={A}\nCLOUDFLARE_API_TOKEN=t-secret")
    assert found.draft is not None
    assert (found.draft.account, found.draft.gateway) == (A, "")
    assert found.secrets == {SecretKind.API_TOKEN: Secret("t-secret")}


def test_an_openai_compatible_server_takes_its_key() -> None:
    found = read_environment("OPENAI_BASE_URL=http://localhost:11434/v1\nOPENAI_API_KEY=sk-x")
    assert found.draft is not None
    assert (found.draft.kind, found.draft.name) == (TargetKind.OPENAI, "localhost:11434")
    assert found.secrets == {SecretKind.API_TOKEN: Secret("sk-x")}


def test_a_providers_own_key_is_kept_for_the_gateway() -> None:
    found = read_environment(f"GATEWAY_URL={GW}/openai\nGATEWAY_TOKEN=g\nOPENAI_API_KEY=sk-x")
    assert found.secrets["provider:openai"] == Secret("sk-x")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no GATEWAY_URL"),
        ("OTHER=1", "no GATEWAY_URL"),
        ("GATEWAY_TOKEN=t", "no GATEWAY_URL"),
        ("GATEWAY_URL=\nGATEWAY_TOKEN=t", "GATEWAY_URL is empty"),
        ("GATEWAY_URL=ftp://x", "GATEWAY_URL: The address must start"),
        (
            "GATEWAY_URL=https://gateway.ai.cloudflare.com/v1/{account_id}/g",
            "GATEWAY_URL: The account id is still",
        ),
        (f"GATEWAY_URL={GW}\nOPENAI_BASE_URL=http://localhost:1/v1", "OPENAI_BASE_URL does not belong"),
        (
            "OPENAI_BASE_URL=http://localhost:1/v1\nCLOUDFLARE_API_TOKEN=t",
            "CLOUDFLARE_API_TOKEN does not belong",
        ),
        (f"nonsense\nGATEWAY_URL={GW}", "Line 1"),
    ],
)
def test_what_could_not_be_read_is_named(text: str, word: str) -> None:
    assert any(word in problem for problem in read_environment(text).problems)


def test_variables_without_a_meaning_here_are_listed_by_name() -> None:
    assert read_environment(f"GATEWAY_URL={GW}\nDATABASE_URL=postgres://x\nabcDEF==").ignored == (
        "DATABASE_URL",
    )


TOKEN = st.from_regex(r"tok[A-Za-z0-9_+/]{12,40}={0,2}", fullmatch=True)


@given(TOKEN, st.sampled_from(["GATEWAY_TOKEN={}", "{}", "GATEWAY_TOKEN='{}", "={}", "x {}", '"{}"', "{}=", "export {}"]),
       st.sampled_from([f"GATEWAY_URL={GW}", "GATEWAY_URL=", "OPENAI_BASE_URL=localhost:1", ""]))  # fmt: skip
def test_a_token_is_in_no_sentence_and_no_repr(token: str, line: str, address: str) -> None:
    text = f"{line.format(token)}\n{address}\nOPENAI_API_KEY={token}"
    assert token.rstrip("=") not in repr(read_environment(text))
    assert token.rstrip("=") not in repr(parse_env(text))
