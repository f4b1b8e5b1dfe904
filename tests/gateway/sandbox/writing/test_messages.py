"""An answer as an Anthropic message, whole and as the events that build it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.sandbox.asking import Heard, ask
from workbench.gateway.calls import Shape

LOOKUP = {
    "name": "look_up",
    "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
}
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 2000}, "max_tokens": 9000}
CASES: list[dict[str, Any]] = [
    {},
    {"max_tokens": 5},
    {"stop_sequences": ["sandbox"]},
    THINKING,
    {"tools": [LOOKUP], "tool_choice": {"type": "any"}},
    {"tools": [LOOKUP], "tool_choice": {"type": "any"}, **THINKING},
]


def message(prompt: str = "Explain tides", **more: Any) -> Heard:
    body = {
        "model": "claude",
        "max_tokens": 4000,
        "messages": [{"role": "user", "content": prompt}],
        **more,
    }
    return ask(body, Shape.MESSAGES, provider="anthropic", model="claude")


def built(events: list[tuple[str, Any]]) -> dict[str, Any]:
    """The message that a stream of events makes, put together as the API documents it."""
    found: dict[str, Any] = {}
    texts: dict[int, str] = {}
    for name, event in events:
        assert name == event["type"]
        match name:
            case "message_start":
                found = dict(event["message"])
            case "content_block_start":
                assert event["index"] == len(found["content"])
                found["content"].append(dict(event["content_block"]))
            case "content_block_delta":
                block, delta = found["content"][event["index"]], event["delta"]
                match delta["type"]:
                    case "text_delta":
                        block["text"] += delta["text"]
                    case "thinking_delta":
                        block["thinking"] += delta["thinking"]
                    case "signature_delta":
                        block["signature"] = delta["signature"]
                    case "input_json_delta":
                        texts[event["index"]] = texts.get(event["index"], "") + delta["partial_json"]
            case "content_block_stop":
                if event["index"] in texts:
                    found["content"][event["index"]]["input"] = json.loads(texts[event["index"]])
            case "message_delta":
                found.update(event["delta"])
                found["usage"].update(event["usage"])
    return found


@pytest.mark.parametrize("more", CASES)
def test_a_stream_builds_the_whole_message(more: dict[str, Any]) -> None:
    whole, streamed = message(**more).json, message(stream=True, **more)
    assert streamed.headers["content-type"] == "text/event-stream"
    assert built(streamed.events) == whole


def test_events_come_in_the_documented_order() -> None:
    names = [name for name, _ in message(stream=True, **CASES[-1]).events]
    once = [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert once == [
        "message_start",
        "content_block_start",
        "ping",
        *block[1:],
        *block,
        "message_delta",
        "message_stop",
    ]


@pytest.mark.parametrize(
    ("more", "reason", "sequence"),
    [
        (CASES[0], "end_turn", None),
        (CASES[1], "max_tokens", None),
        (CASES[2], "stop_sequence", "sandbox"),
        (CASES[4], "tool_use", None),
    ],
)
def test_how_it_ended_is_said_in_its_words(more: dict[str, Any], reason: str, sequence: str | None) -> None:
    found = message(**more).json
    assert (found["stop_reason"], found["stop_sequence"]) == (reason, sequence)


def test_a_call_has_an_object_as_its_input() -> None:
    (block,) = message("Find “tides”", **CASES[4]).json["content"]
    assert (block["type"], block["name"], block["input"]) == ("tool_use", "look_up", {"q": "tides"})
    assert block["id"].startswith("toolu_")


def test_a_call_cut_short_has_an_empty_input() -> None:
    found = message(max_tokens=4, tools=[LOOKUP], tool_choice={"type": "any"}).json
    assert found["content"][0]["input"] == {}
    assert found["stop_reason"] == "max_tokens"


def test_tokens_are_counted() -> None:
    body = {"model": "claude", "messages": [{"role": "user", "content": "Explain tides"}]}
    counted = ask(
        body, Shape.MESSAGES, provider="anthropic", model="claude", endpoint="v1/messages/count_tokens"
    )
    assert counted.json == {"input_tokens": message().json["usage"]["input_tokens"]}
