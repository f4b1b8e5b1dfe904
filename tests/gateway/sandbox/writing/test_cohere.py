"""An answer as Cohere's chat tells it, and which version of it is spoken."""

from __future__ import annotations

from typing import Any

from tests.gateway.sandbox.asking import Heard, ask
from workbench.gateway.calls import Shape

LOOKUP = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}


def chat(prompt: str = "Explain tides", *, endpoint: str = "v2/chat", **more: Any) -> Heard:
    body = {"model": "command", "messages": [{"role": "user", "content": prompt}], **more}
    return ask(body, Shape.OTHER, provider="cohere", model="command", endpoint=endpoint)


def test_a_stream_says_what_the_whole_says() -> None:
    whole, events = chat().json, chat(stream=True).events
    assert [name for name, _ in events][:2] == ["message-start", "content-start"]
    assert [name for name, _ in events][-2:] == ["content-end", "message-end"]
    text = "".join(e["delta"]["message"]["content"]["text"] for name, e in events if name == "content-delta")
    assert text == whole["message"]["content"][0]["text"] != ""
    assert events[-1][1]["delta"] == {"finish_reason": "COMPLETE", "usage": whole["usage"]}


def test_calls_and_endings_have_its_words() -> None:
    called = chat(tools=[LOOKUP], tool_choice="REQUIRED").json
    assert (called["finish_reason"], called["message"]["tool_calls"][0]["function"]["name"]) == (
        "TOOL_CALL",
        "look_up",
    )
    assert chat(max_tokens=3).json["finish_reason"] == "MAX_TOKENS"
    assert chat(stop_sequences=["sandbox"]).json["finish_reason"] == "STOP_SEQUENCE"
    names = [name for name, _ in chat(tools=[LOOKUP], tool_choice="REQUIRED", stream=True).events]
    assert [names[1], names[-2]] == ["tool-call-start", "tool-call-end"]


def test_the_older_version_is_refused_with_the_name_of_the_newer() -> None:
    refused = chat(endpoint="v1/chat")
    assert refused.status == 404
    assert "v2/chat" in refused.json["message"]
