from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.translation.calls import Pieces, answered, chat_call, collected, streamed, told
from workbench.gateway.calls import Shape
from workbench.gateway.replies import EVENT_STREAM, JSON, Reply
from workbench.gateway.translation.unified import native_call, unified_reply

LLAMA = "@cf/meta/llama-3.1-8b-instruct"


def test_a_provider_that_takes_chat_completions_gets_them_untouched() -> None:
    for provider in ("openai", "groq", "custom-desk", "workers-ai"):
        call = chat_call(provider, "m")
        assert native_call(call) is call
        reply = Reply(200, [JSON], b"{}")
        assert unified_reply(call, call, reply) is reply


def test_a_providers_own_error_passes_as_it_is() -> None:
    call = chat_call("anthropic", "claude-sonnet-4-5")
    reply = Reply(429, [JSON], b'{"type":"error","error":{"type":"rate_limit_error"}}')
    assert unified_reply(call, native_call(call), reply) is reply


def test_what_only_the_native_door_of_workers_ai_takes_goes_there() -> None:
    native = native_call(chat_call("workers-ai", LLAMA, lora="mine"))
    assert (native.shape, native.endpoint) == (Shape.RUN, LLAMA)
    assert "model" not in json.loads(native.body)
    assert native_call(chat_call("workers-ai", LLAMA, user="raw")).shape is Shape.CHAT


def test_a_native_answer_of_workers_ai_comes_back_as_a_completion() -> None:
    call = chat_call("workers-ai", LLAMA, lora="mine")
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    found = answered(call, {"result": {"response": "Hi there", "usage": usage}, "success": True})
    assert found["choices"][0]["message"]["content"] == "Hi there"
    assert found["usage"]["total_tokens"] == 5


@given(
    st.lists(
        st.text(st.characters(exclude_characters="<", exclude_categories=["Cs"]), min_size=1),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 200),
)
def test_native_frames_come_back_with_no_letter_lost(texts: list[str], size: int) -> None:
    frames, cut = streamed(
        chat_call("workers-ai", LLAMA, lora="mine", stream=True),
        [{"response": text, "p": "ab"} for text in texts],
        size,
    )
    assert not cut
    assert told(frames).text == "".join(texts)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_bytes_that_are_no_stream_never_raise_anything_but_a_cut(noise: bytes, size: int) -> None:
    for provider in ("anthropic", "google-ai-studio"):
        call = chat_call(provider, "m", stream=True)
        stream = Pieces(b"data: " + noise + b"\n\n", size)
        collected(unified_reply(call, native_call(call), Reply(200, [EVENT_STREAM], stream=stream)))
        assert stream.closed


def test_a_whole_reply_that_arrives_in_pieces_leaves_in_one() -> None:
    call = chat_call("google-ai-studio", "gemini-2.5-flash")
    whole = b'{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}'
    body, cut = collected(unified_reply(call, native_call(call), Reply(200, [JSON], stream=Pieces(whole, 9))))
    assert not cut
    assert json.loads(body)["choices"][0]["message"]["content"] == "Hi"
