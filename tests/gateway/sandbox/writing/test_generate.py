"""An answer as Google tells it: whole, as events, as an array that grows, and as a picture."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.gateway.sandbox.asking import SQUARE, Heard, ask
from workbench.domain.images import pngs
from workbench.domain.images.formats import size_of
from workbench.gateway.calls import Shape

MODEL = "v1beta/models/gemini"
LOOKUP = {
    "functionDeclarations": [
        {
            "name": "look_up",
            "parameters": {"type": "OBJECT", "properties": {"q": {"type": "STRING"}}, "required": ["q"]},
        }
    ]
}
THOUGHTS: dict[str, Any] = {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}
CALL: dict[str, Any] = {"tools": [LOOKUP], "toolConfig": {"functionCallingConfig": {"mode": "ANY"}}}


def generated(
    verb: str = "generateContent", prompt: str = "Explain tides", *parts: Any, **more: Any
) -> Heard:
    body = {"contents": [{"parts": [{"text": prompt}, *parts]}], **more}
    return ask(body, Shape.GENERATE, provider="google-ai-studio", model="gemini", endpoint=f"{MODEL}:{verb}")


def parts_of(reply: dict[str, Any]) -> list[Any]:
    parts: list[Any] = reply["candidates"][0]["content"]["parts"]
    return parts


def joined(replies: list[dict[str, Any]], *, thought: bool = False) -> str:
    return "".join(
        part.get("text", "") for reply in replies for part in parts_of(reply) if bool(part.get("thought")) is thought
    )  # fmt: skip


def test_events_and_array_say_what_the_whole_says() -> None:
    whole = generated(**THOUGHTS).json
    events = [event for _, event in generated("streamGenerateContent?alt=sse", **THOUGHTS).events]
    grown = generated("streamGenerateContent", **THOUGHTS)
    array = json.loads(grown.body)
    assert grown.headers["content-type"] == "application/json"
    for replies in (events, array):
        assert joined(replies) == joined([whole]) != ""
        assert joined(replies, thought=True) == joined([whole], thought=True) != ""
        assert replies[-1]["usageMetadata"] == whole["usageMetadata"]
        assert replies[-1]["candidates"][0]["finishReason"] == "STOP"
        assert "finishReason" not in replies[0]["candidates"][0]


def test_thoughts_count_apart() -> None:
    usage = generated(**THOUGHTS).json["usageMetadata"]
    assert usage["thoughtsTokenCount"] > 0
    total = usage["promptTokenCount"] + usage["candidatesTokenCount"] + usage["thoughtsTokenCount"]
    assert usage["totalTokenCount"] == total
    assert "thoughtsTokenCount" not in generated().json["usageMetadata"]


def test_a_call_comes_in_one_piece_with_an_object() -> None:
    events = [event for _, event in generated("streamGenerateContent?alt=sse", "Find “tides”", **CALL).events]
    for found in (generated("generateContent", "Find “tides”", **CALL).json, events[0]):
        call = parts_of(found)[0]["functionCall"]
        assert (call["name"], call["args"]) == ("look_up", {"q": "tides"})


def test_json_fits_a_schema_of_theirs() -> None:
    config = {
        "responseMimeType": "application/json",
        "responseSchema": {"type": "OBJECT", "properties": {"n": {"type": "INTEGER"}}, "required": ["n"]},
    }
    found = json.loads(joined([generated(generationConfig=config).json]))
    assert isinstance(found["n"], int)


def test_a_picture_is_drawn_in_the_wanted_proportions_and_builds_on_the_one_that_came() -> None:
    config = {"responseModalities": ["TEXT", "IMAGE"], "imageConfig": {"aspectRatio": "16:9"}}
    came = {"inlineData": {"mimeType": "image/png", "data": SQUARE}}
    alone = parts_of(generated("generateContent", "A cat", generationConfig=config).json)[-1]["inlineData"]
    built = parts_of(generated("generateContent", "A cat", came, generationConfig=config).json)[-1]
    assert alone["mimeType"] == "image/png"
    assert size_of(base64.b64decode(alone["data"])) == (1344, 768)
    assert built["inlineData"]["data"] != alone["data"]


def test_all_pictures_that_came_with_the_newest_turn_are_in_the_one_that_is_drawn() -> None:
    def drawn(*contents: Any) -> str:
        body = {"contents": list(contents), "generationConfig": {"responseModalities": ["IMAGE"]}}
        found = ask(
            body, Shape.GENERATE, provider="google-ai-studio", model="g", endpoint=f"{MODEL}:generateContent"
        )
        return str(parts_of(found.json)[-1]["inlineData"]["data"])

    def turn(*pictures: str) -> dict[str, Any]:
        came = [{"inlineData": {"mimeType": "image/png", "data": data}} for data in pictures]
        return {"role": "user", "parts": [*came, {"text": "Put it on"}]}

    black = base64.b64encode(pngs.encode(2, bytes(3), [bytes(2)] * 2, 2)).decode()
    pictures = [drawn(turn()), drawn(turn(SQUARE)), drawn(turn(SQUARE, black)), drawn(turn(black, SQUARE))]
    assert len(set(pictures)) == 4
    assert drawn(turn(SQUARE), turn()) not in pictures


def test_a_refusal_comes_without_a_picture() -> None:
    found = generated(
        "generateContent", "A cat\n[sandbox refuse]", generationConfig={"responseModalities": ["IMAGE"]}
    )
    assert found.json["candidates"][0]["finishReason"] == "SAFETY"
    assert [list(part) for part in parts_of(found.json)] == [["text"]]


def test_a_picture_is_streamed_too() -> None:
    config = {"responseModalities": ["IMAGE"]}
    events = generated("streamGenerateContent?alt=sse", "A cat", generationConfig=config).events
    assert sum("inlineData" in part for _, event in events for part in parts_of(event)) == 1


def test_tokens_are_counted() -> None:
    contents = [{"parts": [{"text": "Explain tides"}]}]
    expected = generated().json["usageMetadata"]["promptTokenCount"]
    for body in ({"contents": contents}, {"generateContentRequest": {"contents": contents}}):
        counted = ask(
            body, Shape.GENERATE, provider="google-ai-studio", model="g", endpoint=f"{MODEL}:countTokens"
        )
        assert counted.json["totalTokens"] == expected
