"""Expressions in the words of several languages mean one query object; what is not one is refused, never guessed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.handwritten.expressions import MAX_LENGTH, parse_expression

TOKENS = "request.prompt_tokens_estimate"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("metadata.plan == 'free'", {"metadata.plan": {"$eq": "free"}}),
        ('metadata.plan === "free"', {"metadata.plan": {"$eq": "free"}}),
        ("metadata['plan'] = `free`", {"metadata.plan": {"$eq": "free"}}),
        ("'free' == metadata.plan", {"metadata.plan": {"$eq": "free"}}),
        ("plan is 'free'", {"metadata.plan": {"$eq": "free"}}),
        ("plan is not 'free'", {"metadata.plan": {"$ne": "free"}}),
        ("user?.plan !== 'it\\'s'", {"metadata.plan": {"$ne": "it's"}}),
        ("user.id <> 7", {"metadata.user_id": {"$ne": 7}}),
        ("10_000 < tokens", {TOKENS: {"$gt": 10000}}),
        ("tokens > 10 && tokens <= 20", {TOKENS: {"$gt": 10, "$lte": 20}}),
        ("tokens > 10 and tokens > 20", {"$and": [{TOKENS: {"$gt": 10}}, {TOKENS: {"$gt": 20}}]}),
        ("body.temperature >= -0.5", {"body.temperature": {"$gte": -0.5}}),
        ("a == 1 || a == 2", {"metadata.a": {"$in": [1, 2]}}),
        ("a == 1 OR b == 2", {"$or": [{"metadata.a": {"$eq": 1}}, {"metadata.b": {"$eq": 2}}]}),
        ("a == 1 or b == 2 and c == 3", {"$or": [{"metadata.a": {"$eq": 1}}, {"metadata.b": {"$eq": 2}, "metadata.c": {"$eq": 3}}]}),
        ("!(a == 1)", {"$nor": [{"metadata.a": {"$eq": 1}}]}),
        ("not a == 1", {"$nor": [{"metadata.a": {"$eq": 1}}]}),
        ("request.headers['X-Team'] in ['a', 'b']", {"headers.x-team": {"$in": ["a", "b"]}}),
        ("headers.x-team not in ['a']", {"headers.x-team": {"$nin": ["a"]}}),
        ("req.headers.get('x-team') == 'a'", {"headers.x-team": {"$eq": "a"}}),
        ("['a', 'b'].includes(metadata.plan)", {"metadata.plan": {"$in": ["a", "b"]}}),
        ("metadata.plan.includes('a.b')", {"metadata.plan": {"$regex": "a\\.b"}}),
        ("'a' in metadata.plan", {"metadata.plan": {"$regex": "a"}}),
        ("metadata.email.endsWith('@x.org')", {"metadata.email": {"$regex": "@x\\.org$"}}),
        ("metadata.email starts_with 'x'", {"metadata.email": {"$regex": "^x"}}),
        ("metadata.email =~ /^A+/i", {"metadata.email": {"$regex": "^A+", "$options": "i"}}),
        ("/^a/.test(metadata.email)", {"metadata.email": {"$regex": "^a"}}),
        ("metadata.email !~ 'x'", {"$nor": [{"metadata.email": {"$regex": "x"}}]}),
        ("metadata.plan exists", {"metadata.plan": {"$exists": True}}),
        ("exists(metadata.plan)", {"metadata.plan": {"$exists": True}}),
        ("metadata.plan == null", {"$or": [{"metadata.plan": {"$exists": False}}, {"metadata.plan": {"$eq": None}}]}),
        ("metadata.plan != undefined", {"metadata.plan": {"$exists": True, "$ne": None}}),
        ("stream", {"request.stream": {"$eq": True}}),
        ("request.has_tools == true", {"request.has_tools": {"$eq": True}}),
        ("metadata.beta", {"metadata.beta": {"$exists": True, "$nin": [False, None, 0, ""]}}),
        ("body.messages[0].role == 'system'", {"body.messages.0.role": {"$eq": "system"}}),
        ("request.body.model == 'x'", {"body.model": {"$eq": "x"}}),
        ("request.cf.country == 'DE'", {"headers.cf-ipcountry": {"$eq": "DE"}}),
    ],
)  # fmt: skip
def test_an_expression_means_a_query(text: str, query: dict[str, Any]) -> None:
    assert parse_expression(text) == query


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected"),
        ("metadata.plan == free", "in quotes"),
        ("metadata.plan == 'free", "“'”"),
        ("metadata.plan ==", "expected"),
        ("a == 1 == 2", "not expected"),
        ("(a == 1", "“)”"),
        ("a in 'x", "“'”"),
        ("a in b", "list"),
        ("a in ['x'", "“]”"),
        ("a in [b]", "texts and numbers"),
        ("messages.length > 3", "length"),
        ("a.lower() == 'x'", "expected"),
        ("a.sort('x')", "sort"),
        ("a + b == 3", "“+”"),
        ("1 == 1", "a field"),
        ("a == /x/", "in quotes"),
        ("a =~ /x/y", "options"),
        ("a.1b == 2", "not expected"),
        ("x" * (MAX_LENGTH + 1), "longer"),
        ("!" * 30 + "a", "deeply"),
        ("(" * 1000, "deeply"),
    ],
)
def test_what_is_no_expression_is_refused(text: str, words: str) -> None:
    with pytest.raises(RouteError) as error:
        parse_expression(text)
    assert words in error.value.what


words = st.sampled_from(
    [
        "metadata.plan",
        "==",
        "in",
        "not",
        "(",
        ")",
        "[",
        "]",
        "'a'",
        "1",
        ",",
        "&&",
        "or",
        ".",
        "includes",
        "/x/",
        "null",
        "a",
        "!",
    ]
)


@given(st.lists(words, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_either_is_a_query_or_is_refused(text: str) -> None:
    with suppress(RouteError):
        assert isinstance(parse_expression(text), dict)
