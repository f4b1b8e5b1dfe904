"""An answer as an OpenAI response, whole and as the events that build it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.sandbox.asking import GPT_OSS, Heard, ask
from workbench.gateway.calls import Shape

LOOKUP = {
    "type": "function",
    "name": "look_up",
    "parameters": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
}
CALLS: dict[str, Any] = {"tools": [LOOKUP], "tool_choice": "required"}
CASES: list[dict[str, Any]] = [
    {},
    {"max_output_tokens": 5},
    {"reasoning": {"effort": "low"}},
    {"reasoning": {"effort": "low", "summary": "auto"}},
    CALLS,
    {**CALLS, "reasoning": {"effort": "low"}},
]


def response(prompt: str = "Explain tides", **more: Any) -> Heard:
    return ask({"model": "gpt", "input": prompt, **more}, Shape.RESPONSES, model="gpt")


@pytest.mark.parametrize("more", CASES)
def test_the_last_event_holds_the_whole_response(more: dict[str, Any]) -> None:
    whole = response(**more).json
    name, last = response(stream=True, **more).events[-1]
    assert name == last["type"] == f"response.{whole['status']}"
    assert {**last["response"], "created_at": 0} == {**whole, "created_at": 0}


@pytest.mark.parametrize("more", CASES)
def test_the_events_before_it_build_it(more: dict[str, Any]) -> None:
    items: list[dict[str, Any]] = []
    grown: dict[str, str] = {}
    for _, event in response(stream=True, **more).events:
        match event["type"].removeprefix("response."):
            case "output_item.added":
                assert event["output_index"] == len(items)
                assert event["item"]["status"] == "in_progress"
            case "output_item.done":
                items.append(event["item"])
            case kind if kind.endswith(".delta"):
                grown[event["item_id"]] = grown.get(event["item_id"], "") + event["delta"]
            case kind if kind.endswith("_text.done") or kind.endswith("arguments.done"):
                assert grown[event["item_id"]] == event.get("text", event.get("arguments"))
    assert items == response(**more).json["output"]


@pytest.mark.parametrize("more", CASES)
def test_events_are_numbered(more: dict[str, Any]) -> None:
    events = response(stream=True, **more).events
    assert [event["sequence_number"] for _, event in events] == list(range(len(events)))
    assert [name for name, _ in events[:2]] == ["response.created", "response.in_progress"]


def test_reasoning_comes_before_the_message() -> None:
    found = response(reasoning={"effort": "low", "summary": None}).json
    reasoning, message = found["output"]
    assert (reasoning["type"], message["type"]) == ("reasoning", "message")
    assert reasoning["content"][0]["type"] == "reasoning_text"
    assert 0 < found["usage"]["output_tokens_details"]["reasoning_tokens"] < found["usage"]["output_tokens"]


def test_a_summary_of_the_reasoning_is_told_where_it_is_asked_for() -> None:
    asked = {"effort": "low", "summary": "auto"}
    found = response(stream=True, reasoning=asked)
    (part,) = found.events[-1][1]["response"]["output"][0]["summary"]
    told = [e["delta"] for name, e in found.events if name == "response.reasoning_summary_text.delta"]
    assert part == {"type": "summary_text", "text": "".join(told)}
    body = {"input": "Explain tides", "reasoning": asked}
    own = ask(body, Shape.RESPONSES, provider="workers-ai", model=GPT_OSS.id).json["output"][0]
    assert (own["summary"], own["content"][0]["type"]) == ([], "reasoning_text")


def test_a_limit_makes_it_incomplete() -> None:
    found = response(max_output_tokens=5).json
    assert (found["status"], found["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert found["usage"]["output_tokens"] == 5


def test_a_response_tells_its_request_back() -> None:
    found = response(temperature=0.5, instructions="Be brief", metadata=None, **CALLS).json
    assert (found["temperature"], found["instructions"], found["metadata"]) == (0.5, "Be brief", {})
    assert (found["tools"], found["tool_choice"]) == ([LOOKUP], "required")


def test_workers_ai_tells_the_text_beside_the_items_too() -> None:
    found = ask({"input": "Say pong"}, Shape.RESPONSES, provider="workers-ai", model=GPT_OSS.id).json
    assert found["output_text"] == found["output"][-1]["content"][0]["text"] == "pong"


def test_the_native_door_answers_an_input_with_a_response_in_the_envelope() -> None:
    more = {"provider": "workers-ai", "model": GPT_OSS.id, "envelope": True}
    found = ask({"input": "Say pong"}, Shape.RUN, **more)
    assert found.json["result"]["output_text"] == "pong"
    assert float(found.headers["cf-ai-neurons"]) == 0
    messages = {"messages": [{"role": "user", "content": "Say pong"}]}
    chat = ask(messages, Shape.RUN, **more).json
    assert chat["result"]["choices"][0]["message"]["content"] == "pong"
