"""What elements do, in words."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    End,
    Kind,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Start,
    Technique,
    Unknown,
)
from workbench.ui.routes.words import (
    condition_words,
    detail_of,
    icon_of,
    kind_name,
    port_words,
    role_of,
    title_of,
    window_words,
)
from workbench.ui.support.icons import icon_file

LIMIT = Rate(id="r", limit_type=LimitType.COUNT, key="metadata.user_id", limit=100, window_s=3600)
BUDGET = Rate(
    id="b",
    limit_type=LimitType.COST,
    key="metadata.user_id",
    limit=2.5,
    window_s=172_800,
    technique=Technique.SLIDING,
)
MODEL = ModelCall(id="m", provider="openai", model="gpt-4o-mini", timeout_ms=30_000, retries=2)
SPLIT = Percentage(id="p", outputs={"70%": "a", "else": "b"}, sticky="metadata.user_id")


@pytest.mark.parametrize(
    ("element", "title", "detail"),
    [
        (MODEL, "gpt-4o-mini", "OpenAI · 30 s · 2 retries"),
        (
            ModelCall(id="m", provider="x", model="@cf/a/b", timeout_ms=800, retries=1),
            "b",
            "x · 800 ms · 1 retry",
        ),
        (SPLIT, "70 / 30", "by user_id"),
        (Percentage(id="p"), "no shares yet", "by chance"),
        (LIMIT, "100 requests per user_id per hour", ""),
        (BUDGET, "$2.50 per user_id per 2 days", "sliding window"),
        (Conditional(id="c", conditions={"metadata.plan": {"$eq": "free"}}), "plan = free", ""),
        (Unknown(id="u", type="teleport"), "teleport", "kept as it is, and not run here"),
    ],
)
def test_a_card_says_what_its_element_does(element: AnyElement, title: str, detail: str) -> None:
    assert (title_of(element), detail_of(element)) == (title, detail)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "always"),
        ({"metadata.plan": "free"}, "plan = free"),
        ({"metadata.a": 1, "metadata.b": {"$ne": 2}}, "a = 1 and b ≠ 2"),
        ({"$or": [{"metadata.a": 1}, {"headers.b": {"$gte": 2}}]}, "a = 1 or b ≥ 2"),
        ({"$or": [{"metadata.a": 1}, {"metadata.b": 2}], "metadata.c": 3}, "(a = 1 or b = 2) and c = 3"),
        ({"$nor": [{"metadata.a": 1}]}, "none of (a = 1)"),
        ({"metadata.a": {"$exists": False}}, "a is missing"),
        ({"metadata.a": {"$in": ["x", "y z"]}}, "a in x, y z"),
        ({"metadata.a": {"$not": {"$regex": "^x", "$options": "i"}}}, "not (a matches ^x)"),
        ({"request.has_image": True}, "has an image"),
        ({"request.has_image": {"$eq": False}}, "not (has an image)"),
        ({"request.prompt_tokens_estimate": {"$gt": 2000}}, "prompt tokens > 2000"),
        ({"metadata.a": {"$near": 1}}, "a $near 1"),
        ({"metadata.a": ""}, 'a = ""'),
    ],
)
def test_a_condition_reads_like_a_sentence(query: dict[str, Any], words: str) -> None:
    assert condition_words(query) == words


def test_a_long_condition_is_cut() -> None:
    words = condition_words({"metadata.country": {"$in": ["DE"] * 100}}, 20)
    assert len(words) <= 20
    assert words.endswith("…")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "second"), (90, "90 seconds"), (60, "minute"), (7200, "2 hours"), (86_400, "day"), (0, "0 seconds")],
)
def test_a_window_is_told_in_the_largest_exact_unit(seconds: int, words: str) -> None:
    assert window_words(seconds) == words


def test_a_budget_is_not_called_a_rate_limit() -> None:
    assert kind_name(LIMIT) != kind_name(BUDGET) == kind_name(Kind.RATE, LimitType.COST)


def test_every_element_has_an_icon_and_every_port_a_meaning() -> None:
    start, end = Start(id="s", outputs={"next": "e"}), End(id="e")
    for element in (start, end, MODEL, SPLIT, LIMIT, BUDGET, Unknown(id="u", type="x")):
        assert icon_file(icon_of(element)).exists()
        assert role_of(element)
    assert port_words(MODEL, "fallback") != port_words(LIMIT, "fallback")
    assert port_words(SPLIT, "70%") == "70 % of the requests"


def test_models_of_different_makers_have_different_colours() -> None:
    other = ModelCall(id="m", provider="anthropic", model="claude")
    assert role_of(MODEL) != role_of(other)
