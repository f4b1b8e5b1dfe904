from __future__ import annotations

import json
from typing import Any

import pytest

from tests.domain.routes.samples import route_of, start
from workbench.domain.journal import AttemptRow, LogRow
from workbench.domain.routes.elements import Route
from workbench.routing.logged import Logged, Tried, described_by, logged
from workbench.routing.population import Histogram, LogNormal


def row(**more: Any) -> LogRow:
    usual: dict[str, Any] = {
        "provider": "openai",
        "model": "gpt-4o-mini",
        "status_code": 200,
        "success": True,
    }
    return LogRow(
        **{"id": "1", "created_at": 10.0, "gateway": "default", "duration_ms": 300.0, **usual, **more}
    )


def test_a_row_with_its_head_and_body_is_known_whole() -> None:
    head = json.dumps({"headers": {"X-Team": "search"}})
    found = logged(row(request_head=head, request_body=b'{"stream": true}', metadata={"plan": "free"}))
    assert isinstance(found, Logged)
    assert found.facts.get("headers.x-team") == "search"
    assert found.facts.get("request.stream") is True
    assert found.facts.get("metadata.plan") == "free"
    assert found.tries == (Tried("openai/gpt-4o-mini", 200, 300.0),)


def test_without_a_body_a_prompt_is_as_long_as_was_counted() -> None:
    found = logged(row(tokens_in=1234))
    assert isinstance(found, Logged)
    assert found.body is None
    assert found.facts.get("request.prompt_tokens_estimate") == 1234


def test_tries_are_told_apart_by_model_and_a_time_out_has_no_status() -> None:
    attempts = (
        AttemptRow("openai", "gpt-4o-mini", 504, 0, 1000, error="There was no first byte within 1000 ms."),
        AttemptRow("workers-ai", "@cf/x", 200, 1000, 1400),
    )
    found = logged(row(attempts=attempts, provider="workers-ai", model="@cf/x"))
    assert isinstance(found, Logged)
    assert found.outcome("openai/gpt-4o-mini") == 0
    assert found.outcome("workers-ai/@cf/x") == 200
    assert found.outcome("google/other") is None


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"request_body": b"----multipart"}, "its body is no JSON object"),
        ({"request_body": b"[1]"}, "its body is no JSON object"),
        ({"model": ""}, "it asked no model"),
        ({"path": "v1/embeddings"}, "it is no chat"),
    ],
)
def test_a_row_that_is_of_no_use_says_why(more: dict[str, Any], why: str) -> None:
    assert logged(row(**more)) == why


def test_every_providers_own_chat_is_one() -> None:
    assert isinstance(logged(row(path="v1beta/models/gemini-2.5-flash:generateContent")), Logged)
    assert isinstance(logged(row(path="v1/messages")), Logged)


def test_a_cached_answer_tells_nothing_of_its_model() -> None:
    found = logged(row(cached=True))
    assert isinstance(found, Logged)
    assert found.tries == ()


def looking_at(*fields: str) -> Route:
    conditions = {"$or": [{field: {"$exists": True}} for field in fields]} if fields else {}
    return route_of(
        start("c"),
        {"id": "c", "type": "conditional", "properties": {"conditions": conditions}, "outputs": {}},
    )


def test_a_population_is_described_by_what_came() -> None:
    free, pro = {"plan": "free"}, {"plan": "pro"}
    model = "openai/gpt-4o-mini"
    requests = [
        Logged(str(at), at * 360.0, free if at else pro, tokens_in=100, tries=(Tried(model, status, 200.0),))
        for at, status in enumerate([200, 200, 200, 429, 0, 200, 200, 200, 200, 200, 200])
    ]
    population = described_by(requests, looking_at("metadata.plan"))
    assert [(one.share, one.metadata) for one in population.segments] == [(1, pro), (10, free)]
    assert population.requests_per_hour == pytest.approx(11)
    assert population.models[model].failures == {429: 0.1}
    assert population.models[model].timeouts == pytest.approx(1 / 11)
    assert population.models[model].first_byte == LogNormal(200, 200)
    assert population.segments[0].prompt == LogNormal(100, 100)


def test_a_description_holds_only_what_the_route_looks_at() -> None:
    body = {"messages": [{"role": "user", "content": "a secret"}], "model": "dynamic/support"}
    came = Logged("1", 0.0, {"plan": "free", "user": "lena"}, {"X-Team": "search", "Cookie": "c"}, body)
    (segment,) = described_by(
        [came], looking_at("headers.x-team", "request.has_image", "body.model")
    ).segments
    assert segment.headers == {"x-team": "search"}
    assert segment.request == {"has_image": False}
    assert segment.body == {"model": "dynamic/support"}
    assert "secret" not in repr(described_by([came], looking_at()))
    assert "lena" not in repr(described_by([came], looking_at("metadata.plan")))


def test_lengths_are_kept_as_they_came() -> None:
    requests = [Logged(str(at), tokens_in=tokens) for at, tokens in enumerate([5, 5, 90])]
    (segment,) = described_by(requests, looking_at()).segments
    assert segment.prompt == Histogram(((5, 5, 2.0), (90, 90, 1.0)))
    many = [Logged(str(at), tokens_in=at) for at in range(1000)]
    (segment,) = described_by(many, looking_at()).segments
    assert isinstance(segment.prompt, Histogram)
    assert len(segment.prompt.bins) <= 50
    assert segment.prompt.mean == pytest.approx(499.5)


def test_nothing_describes_the_usual_population() -> None:
    assert described_by([], looking_at()).segments == ()
