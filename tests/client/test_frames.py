"""Every dialect of a chat answer becomes the same deltas (workers-ai §5, §6)."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.client.frames import (
    BadFrame,
    ErrorFrame,
    FrameReader,
    deltas_of_reply,
    is_error,
    usage_of,
)
from workbench.domain.chat import (
    ChatReply,
    Delta,
    Finished,
    ReasoningDelta,
    Served,
    TextDelta,
    ToolCall,
    Usage,
)


def reader(**settings: Any) -> FrameReader:
    ids = count(1)
    return FrameReader(make_id=lambda: f"made{next(ids)}", **settings)


def added(deltas: list[Delta]) -> ChatReply:
    reply = ChatReply()
    for delta in deltas:
        reply.add(delta, 0.0)
    reply.settle(0.0)
    return reply


def streamed(*frames: Any, truncated: bool = False, **settings: Any) -> ChatReply:
    frame_reader = reader(**settings)
    deltas = [delta for frame in frames for delta in frame_reader.read(json.dumps(frame))]
    return added(deltas + frame_reader.end(truncated=truncated))


def whole(reply: Any, **settings: Any) -> ChatReply:
    frame_reader = reader(**settings)
    return added(frame_reader.read_reply(json.dumps(reply)) + frame_reader.end())


def enveloped(result: Any) -> dict[str, Any]:
    return {"result": result, "success": True, "errors": [], "messages": []}


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}], **more}


USAGE = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}


# streams


def test_native_frames_give_text_and_usage_and_drop_the_padding() -> None:
    reply = streamed(
        {"response": "Hel", "p": "abdefgh"},
        {"response": "lo", "p": "ab"},
        {"tool_calls": [], "p": "abcd"},
        {"response": "", "usage": USAGE},
    )
    assert (reply.text, reply.usage) == ("Hello", Usage(9, 2))
    assert reply.tool_calls == []


def test_a_native_token_that_came_as_a_number_is_text() -> None:
    assert streamed({"response": 4}, {"response": 2}, {"response": None}, {"response": True}).text == "42true"


def test_a_native_frame_may_carry_the_finish_reason_at_the_top() -> None:
    assert streamed({"response": "a"}, {"response": "", "finish_reason": "length"}).finish_reason == "length"


def test_openai_chunks_give_reasoning_text_and_finish_reason() -> None:
    reply = streamed(
        chunk({"role": "assistant", "content": ""}, model="m"),
        chunk({"reasoning_content": "Okay"}),
        chunk({"content": "A"}),
        chunk({"content": ""}, "stop", stop_reason=None),
        {"choices": [], "usage": USAGE},
    )
    assert (reply.reasoning, reply.text, reply.finish_reason) == ("Okay", "A", "stop")
    assert (reply.usage, reply.served.model) == (Usage(9, 2), "m")


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning", "thinking"])
def test_every_spelling_of_reasoning_is_read_once(key: str) -> None:
    assert streamed(chunk({key: "hm", "content": None})).reasoning == "hm"


def test_reasoning_told_under_two_names_is_not_doubled() -> None:
    assert streamed(chunk({"reasoning_content": "hm", "reasoning": "hm"})).reasoning == "hm"


def test_the_last_of_many_usages_wins_and_the_same_is_not_repeated() -> None:
    frame_reader = reader()
    first = frame_reader.read(json.dumps(chunk({}, usage={"prompt_tokens": 9, "completion_tokens": 1})))
    again = frame_reader.read(json.dumps(chunk({}, usage={"prompt_tokens": 9, "completion_tokens": 1})))
    last = frame_reader.read(json.dumps(chunk({}, usage=USAGE)))
    assert again == []
    assert added(first + last).usage == Usage(9, 2)


def test_the_model_is_named_once_and_only_when_wanted() -> None:
    frame_reader = reader()
    assert frame_reader.read(json.dumps(chunk({}, model="m"))) == [Served(model="m")]
    assert frame_reader.read(json.dumps(chunk({}, model="m"))) == []
    assert reader(name_model=False).read(json.dumps(chunk({}, model="m"))) == []


def test_only_the_first_of_several_answers_is_read() -> None:
    assert (
        streamed({"choices": [{"index": 1, "delta": {"content": "b"}}]}, chunk({"content": "a"})).text == "a"
    )


def test_text_completion_frames_are_text() -> None:
    assert streamed({"choices": [{"index": 0, "text": "a", "finish_reason": "stop"}]}).text == "a"


def test_tool_call_fragments_are_joined_and_the_null_sentinel_ends_quietly() -> None:
    def fragment(index: int | None, **call: Any) -> dict[str, Any]:
        return chunk({"tool_calls": [{"index": index, **call}]})

    reply = streamed(
        fragment(0, id="c1", type="function", function={"name": "sum", "arguments": ""}),
        fragment(0, function={"arguments": '{"a":'}),
        fragment(0, function={"arguments": "1}"}),
        fragment(0, id=None, type=None, function={"name": None, "arguments": ""}),
        fragment(1, id="c2", type="function", function={"name": "now", "arguments": "{}"}),
        chunk({}, "tool_calls"),
    )
    assert reply.tool_calls == [ToolCall("c1", "sum", '{"a":1}'), ToolCall("c2", "now", "{}")]
    assert reply.finish_reason == "tool_calls"


def test_parallel_calls_that_are_all_numbered_zero_stay_apart() -> None:
    calls = [
        chunk({"tool_calls": [{"index": 0, "id": name, "function": {"name": name, "arguments": "{}"}}]})
        for name in ("a", "b")
    ]
    assert [call.name for call in streamed(*calls).tool_calls] == ["a", "b"]


def test_fragments_without_a_number_go_on_with_the_last_call() -> None:
    reply = streamed(
        chunk({"tool_calls": [{"id": "c1", "function": {"name": "sum", "arguments": '{"a"'}}]}),
        chunk({"tool_calls": [{"function": {"arguments": ":1}"}}]}),
    )
    assert reply.tool_calls == [ToolCall("c1", "sum", '{"a":1}')]


def test_a_name_that_comes_after_the_id_is_taken_once() -> None:
    reply = streamed(
        chunk({"tool_calls": [{"index": 0, "id": "c1"}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"name": "sum", "arguments": ""}}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"name": "sum", "arguments": "{}"}}]}),
    )
    assert reply.tool_calls == [ToolCall("c1", "sum", "{}")]


def test_native_tool_calls_at_the_top_of_frames_get_ids() -> None:
    reply = streamed(
        {"tool_calls": [{"name": "a", "arguments": {"x": 1}}]},
        {"tool_calls": [{"name": "b", "arguments": {}}]},
    )
    assert reply.tool_calls == [ToolCall("made1", "a", '{"x":1}'), ToolCall("made2", "b", "{}")]


def test_the_old_function_call_is_a_tool_call() -> None:
    reply = streamed(
        chunk({"function_call": {"name": "sum", "arguments": "{"}}),
        chunk({"function_call": {"arguments": "}"}}, "function_call"),
    )
    assert reply.tool_calls == [ToolCall("made1", "sum", "{}")]


def test_invented_ids_are_nine_letters_and_digits() -> None:
    reply = added(deltas_of_reply(json.dumps({"result": {"response": None, "tool_calls": [{"name": "a"}]}})))
    assert len(reply.tool_calls[0].id) == 9
    assert reply.tool_calls[0].id.isalnum()


def test_a_thought_in_the_text_is_told_apart_over_frames() -> None:
    reply = streamed({"response": "<th"}, {"response": "ink>hm</thi"}, {"response": "nk>\n\nYes"})
    assert (reply.reasoning, reply.text) == ("hm", "Yes")


def test_a_distilled_reasoner_may_leave_out_the_opening_tag() -> None:
    reply = streamed({"response": "hm"}, {"response": "</think>Yes"}, thinks=True)
    assert (reply.reasoning, reply.text) == ("hm", "Yes")


def test_reasoning_in_its_own_field_ends_the_search_for_a_missing_tag() -> None:
    reply = streamed(chunk({"reasoning_content": "hm"}), chunk({"content": "Yes"}, "stop"), thinks=True)
    assert (reply.reasoning, reply.text) == ("hm", "Yes")


def test_a_thought_cut_by_the_token_limit_is_not_called_the_answer() -> None:
    reply = streamed(chunk({"content": "I wonder"}, "length"), thinks=True)
    assert (reply.reasoning, reply.text) == ("I wonder", "")


def test_a_forced_call_printed_as_text_is_a_call() -> None:
    reply = streamed(
        chunk({"content": '{"name": "sum", '}),
        chunk({"content": '"arguments": {"a": 1}}'}, "stop"),
        forced_tools=["sum"],
    )
    assert (reply.text, reply.finish_reason) == ("", "tool_calls")
    assert reply.tool_calls == [ToolCall("made1", "sum", '{"a":1}')]


@pytest.mark.parametrize(
    "text", ['{"name": "other", "arguments": {}}', '{"name": ', "Prose {}", '["sum"]', '{"a": 1} and more']
)
def test_text_that_is_no_known_call_stays_text(text: str) -> None:
    reply = streamed(chunk({"content": text[:4]}), chunk({"content": text[4:]}, "stop"), forced_tools=["sum"])
    assert (reply.text, reply.tool_calls) == (text, [])


def test_a_printed_call_that_was_cut_stays_text() -> None:
    text = '{"name": "sum", "arguments": {}}'
    reply = streamed(chunk({"content": text}), forced_tools=["sum"], truncated=True)
    assert (reply.text, reply.truncated) == (text, True)


def test_prose_under_a_forced_tool_is_not_held_back() -> None:
    frame_reader = reader(forced_tools=["sum"])
    assert frame_reader.read(json.dumps(chunk({"content": "Well, "}))) == [TextDelta("Well, ")]


def test_responses_events_are_read() -> None:
    call = {"type": "function_call", "call_id": "c1", "id": "fc", "name": "sum", "arguments": ""}
    reply = streamed(
        {"type": "response.created", "response": {"status": "in_progress", "error": None}},
        {"type": "response.reasoning_text.delta", "delta": "hm"},
        {"type": "response.output_text.delta", "delta": "Yes"},
        {"type": "response.output_text.done", "text": "Yes"},
        {"type": "response.output_item.added", "output_index": 2, "item": call},
        {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": "{}"},
        {
            "type": "response.completed",
            "response": {"status": "completed", "model": "m", "output": [call], "error": None,
                         "usage": {"input_tokens": 9, "output_tokens": 2}},
        },
    )  # fmt: skip
    assert (reply.reasoning, reply.text, reply.usage) == ("hm", "Yes", Usage(9, 2))
    assert reply.tool_calls == [ToolCall("c1", "sum", "{}")]
    assert (reply.finish_reason, reply.served.model) == ("tool_calls", "m")


def test_an_incomplete_response_says_length() -> None:
    event = {
        "type": "response.incomplete",
        "response": {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
    }
    assert streamed(event).finish_reason == "length"


def test_frames_that_say_nothing_give_nothing() -> None:
    frames: list[Any] = [
        {},
        {"choices": []},
        {"p": "abc"},
        {"choices": [None]},
        {"choices": "x", "usage": None},
    ]
    for frame in frames:
        assert reader().read(json.dumps(frame)) == []


# whole replies


@pytest.mark.parametrize(
    ("response", "text"),
    [("text", "text"), ({"a": 1}, '{"a":1}'), (42, "42"), (None, ""), ([{"text": "a"}, {"text": "b"}], "ab")],
)
def test_a_native_reply_may_be_text_object_number_or_null(response: Any, text: str) -> None:
    reply = whole(enveloped({"response": response, "tool_calls": [], "usage": USAGE}))
    assert (reply.text, reply.usage) == (text, Usage(9, 2))


def test_a_completion_inside_the_envelope_comes_before_response() -> None:
    message = {"content": "A", "reasoning": "hm", "tool_calls": None, "refusal": None}
    result = {
        "choices": [{"message": message, "finish_reason": "stop"}],
        "response": "not this",
        "usage": {**USAGE, "prompt_tokens_details": {"cached_tokens": 4}, "neurons": "1.5"},
    }
    reply = whole(enveloped(result))
    assert (reply.text, reply.reasoning, reply.finish_reason) == ("A", "hm", "stop")
    assert reply.usage == Usage(9, 2, 4, 1.5)


def test_a_bare_completion_is_read() -> None:
    reply = whole({"object": "chat.completion", "model": "m", "choices": [{"message": {"content": "A"}}]})
    assert (reply.text, reply.served.model) == ("A", "m")


def test_a_whole_text_completion_is_read() -> None:
    assert whole(enveloped({"object": "text_completion", "choices": [{"text": "A"}]})).text == "A"


def test_flat_calls_of_a_whole_reply_are_normalised() -> None:
    calls = [{"name": "a", "arguments": {"x": [1]}}, {"name": "a", "arguments": {"x": [2]}}]
    reply = whole(enveloped({"response": None, "tool_calls": calls}))
    assert reply.tool_calls == [ToolCall("made1", "a", '{"x":[1]}'), ToolCall("made2", "a", '{"x":[2]}')]


def test_openai_calls_of_a_whole_reply_keep_their_ids() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "a", "arguments": "{}"}}
    reply = whole(
        {"choices": [{"message": {"content": None, "tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    )
    assert reply.tool_calls == [ToolCall("c1", "a", "{}")]


def test_a_responses_object_is_read() -> None:
    output = [
        {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]},
        {"type": "message", "content": [{"type": "output_text", "text": "Yes"}]},
        {"type": "function_call", "name": "a", "arguments": "{}", "call_id": "c1"},
    ]
    reply = whole(enveloped({"object": "response", "status": "completed", "output": output, "error": None,
                             "usage": {"input_tokens": 9, "output_tokens": 2}}))  # fmt: skip
    assert (reply.reasoning, reply.text, reply.usage) == ("hm", "Yes", Usage(9, 2))
    assert reply.tool_calls == [ToolCall("c1", "a", "{}")]


def test_output_text_alone_is_an_answer() -> None:
    assert whole({"output_text": "Yes"}).text == "Yes"


def test_a_result_that_is_the_text_itself_is_read() -> None:
    assert whole(enveloped("Yes")).text == "Yes"


def test_a_refusal_is_shown_as_the_answer() -> None:
    assert whole({"choices": [{"message": {"content": None, "refusal": "No."}}]}).text == "No."


def test_thinking_parts_of_a_content_list_are_reasoning() -> None:
    content = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "Yes"},
    ]
    reply = whole({"choices": [{"message": {"content": content}}]})
    assert (reply.reasoning, reply.text) == ("hm", "Yes")


def test_the_thought_in_a_whole_text_is_cut_out() -> None:
    reply = whole(enveloped({"response": "hm</think>\nYes"}), thinks=True)
    assert (reply.reasoning, reply.text) == ("hm", "Yes")


def test_a_whole_text_without_any_tag_is_all_answer() -> None:
    reply = whole(enveloped({"response": "Yes"}), thinks=True)
    assert (reply.reasoning, reply.text) == ("", "Yes")


def test_an_empty_result_gives_nothing_but_the_end() -> None:
    assert deltas_of_reply(json.dumps(enveloped({}))) == [Finished()]


@pytest.mark.parametrize(
    "body", ["", "nope", "[]", "3", '"text"', '{"data": []}', '{"result": {"shape": [1]}}']
)
def test_a_reply_that_is_no_chat_answer_is_refused(body: str) -> None:
    with pytest.raises(BadFrame):
        reader().read_reply(body)


# errors


@pytest.mark.parametrize(
    "frame",
    [
        {"error": {"message": "boom"}},
        {"error": "boom"},
        {"errors": [{"code": 3040, "message": "busy"}], "success": False},
        {"success": False},
        {"success": False, "error": [{"code": 2009, "message": "Unauthorized"}]},
        {"type": "error", "message": "boom"},
        {"object": "error", "message": "boom"},
        {"type": "response.failed", "response": {"error": {"code": "server_error", "message": "boom"}}},
        [{"error": {"code": 400}}],
        {"result": {"error": "boom"}, "success": True},
    ],
)
def test_an_error_in_mid_stream_is_recognised(frame: Any) -> None:
    with pytest.raises(ErrorFrame):
        reader().read(json.dumps(frame))


@pytest.mark.parametrize(
    "frame", [{"error": None, "choices": []}, {"errors": [], "success": True}, [], 3, None]
)
def test_what_is_no_error_is_not_taken_for_one(frame: Any) -> None:
    assert not is_error(frame)


@pytest.mark.parametrize("data", ["{", "", "[]", "null", "3", '{"a": NaN}'])
def test_a_broken_frame_is_named(data: str) -> None:
    with pytest.raises(BadFrame):
        reader().read(data)


# usage


@pytest.mark.parametrize(
    ("raw", "usage"),
    [
        ({"prompt_tokens": 1.0, "completion_tokens": "2"}, Usage(1, 2)),
        (
            {"input_tokens": 1, "output_tokens": 0, "input_tokens_details": {"cached_tokens": 1}},
            Usage(1, 0, 1),
        ),
        ({"neurons": 0.25}, Usage(neurons=0.25)),
        ({"prompt_tokens": True, "completion_tokens": "many", "neurons": "nan"}, None),
        ({"prompt_tokens": -1}, None),
        ("many", None),
    ],
)
def test_usage_of_any_spelling_is_counted(raw: Any, usage: Usage | None) -> None:
    assert usage_of(raw) == usage


# properties

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["choices", "delta", "message", "content", "response", "tool_calls", "function", "name", "arguments",
             "usage", "index", "id", "result", "type", "output", "finish_reason", "reasoning", "model", "text"]
        ),
        inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(st.lists(JSON, max_size=4), st.booleans())
def test_no_json_makes_it_fail_in_an_unknown_way(frames: list[Any], thinks: bool) -> None:
    frame_reader = reader(thinks=thinks, forced_tools=["a"])
    for frame in frames:
        for read in (frame_reader.read, frame_reader.read_reply):
            try:
                added(read(json.dumps(frame)))
            except (BadFrame, ErrorFrame):
                pass
    assert isinstance(frame_reader.end()[-1], Finished)


@given(st.text(min_size=1), st.lists(st.integers(0, 50), max_size=8))
def test_text_comes_out_as_it_went_in_however_it_is_framed(text: str, cuts: list[int]) -> None:
    text = text.replace("<", "‹")
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    frames = [chunk({"content": text[a:b]}) for a, b in zip(edges, edges[1:], strict=False)]
    assert streamed(*frames, chunk({}, "stop")).text == text


def test_reasoning_and_text_keep_their_order() -> None:
    frame_reader = reader()
    assert frame_reader.read(json.dumps(chunk({"reasoning": "a", "content": "b"}))) == [
        ReasoningDelta("a"),
        TextDelta("b"),
    ]
