"""One JSON frame, or one whole reply, of any dialect into the deltas of domain.chat (workers-ai §5, §6).

Dialects: native `{"response"}`, OpenAI chunks and completions, `text_completion`, Responses; bare or in the `result` of an
envelope. Pure: bytes and time stay outside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec

from workbench.client import responses
from workbench.client.thinking import ThinkSplitter
from workbench.client.toolcalls import ToolCallReader, invented_id, printed_call
from workbench.client.values import number
from workbench.domain.chat import (
    Delta,
    Finished,
    ReasoningDelta,
    Served,
    TextDelta,
    Usage,
    UsageDelta,
)

_decode = msgspec.json.Decoder().decode
_REASONING = ("reasoning_content", "reasoning", "thinking")


class BadFrame(ValueError):
    """Not JSON, or JSON that is no part of a chat answer."""


class ErrorFrame(Exception):
    """The frame is an error that came where an answer was due; `frame` is for failures.failure_in_frame."""

    def __init__(self, frame: Any) -> None:
        super().__init__("an error frame")
        self.frame = frame


class FrameReader:
    """Reads the frames of one streamed answer, or one whole reply; `end` gives what was held back, and Finished.

    thinks: the model may begin in mid-thought, without `<think>`. forced_tools: names of the tools of which one had to be
    called; then a call printed as text is taken for what it is. name_model=False: leave the served model to the headers.
    """

    def __init__(
        self,
        *,
        thinks: bool = False,
        forced_tools: Collection[str] = (),
        name_model: bool = True,
        make_id: Callable[[], str] = invented_id,
    ) -> None:
        self.finish_reason = ""
        self._calls = ToolCallReader(make_id)
        self._splitter = ThinkSplitter(implied=thinks)
        self._implied = thinks
        self._whole = False
        self._forced_tools = forced_tools
        self._printed: list[str] | None = [] if forced_tools else None
        self._name_model = name_model
        self._model = ""
        self._usage: Any = None

    def read(self, data: str | bytes) -> list[Delta]:
        """The deltas of one streamed frame, the data of one event. Raises BadFrame, ErrorFrame."""
        frame = _good(_object(data))
        if responses.is_event(frame):
            frame = _good(responses.chunk_of_event(frame))
        return self._read(_unwrapped(frame), part="delta")

    def read_reply(self, data: str | bytes) -> list[Delta]:
        """The deltas of one whole reply; none where it holds nothing. Raises BadFrame, ErrorFrame."""
        reply = _unwrapped(_good(_object(data)))
        if not reply:
            return []  # gpt-oss has answered with an empty result (workers-ai §5.3); the caller may ask again
        if (
            not reply.get("choices")
            and "response" not in reply
            and ("output" in reply or "output_text" in reply)
        ):
            reply = responses.completion_of(reply)
        if not (reply.get("choices") or "response" in reply or "tool_calls" in reply):
            raise BadFrame("no answer in the reply")
        self._whole = True
        return self._read(reply, part="message")

    def end(self, *, truncated: bool = False) -> list[Delta]:
        """What was held back, then Finished; truncated where the stream was cut."""
        deltas: list[Delta] = []
        for thinking, text in self._splitter.end(complete=not truncated and self.finish_reason != "length"):
            self._answer(text, deltas) if not thinking else deltas.append(ReasoningDelta(text))
        if self._printed:
            text = "".join(self._printed)
            call = None if truncated else printed_call(text, self._forced_tools)
            if call is not None:
                deltas.append(self._calls.add(*call))
                self.finish_reason = "tool_calls"
            else:
                deltas.append(TextDelta(text))
        self._printed = None
        deltas.append(Finished(self.finish_reason, truncated))
        return deltas

    def _read(self, frame: dict[str, Any], part: str) -> list[Delta]:
        deltas: list[Delta] = []
        if self._name_model and (model := frame.get("model")) and model != self._model:
            self._model = model
            deltas.append(Served(model=str(model)))
        choices = frame.get("choices")
        if isinstance(choices, list) and choices:
            self._choice(choices[0], part, deltas)
        elif "response" in frame or "tool_calls" in frame:
            self._message(frame, frame.get("response"), deltas)
        if reason := frame.get("finish_reason"):
            self.finish_reason = str(reason)
        usage = frame.get("usage")
        if usage and usage != self._usage:
            self._usage = usage
            if (known := usage_of(usage)) is not None:
                deltas.append(UsageDelta(known))
        return deltas

    def _choice(self, choice: Any, part: str, deltas: list[Delta]) -> None:
        if not isinstance(choice, dict) or choice.get("index"):
            return  # of several answers, the first is the one we show
        other = "message" if part == "delta" else "delta"
        message = choice.get(part) or choice.get(other)
        if isinstance(message, dict):
            self._message(message, message.get("content"), deltas)
        elif choice.get("text"):
            self._text(text_of(choice["text"]), deltas)
        if reason := choice.get("finish_reason"):
            self.finish_reason = str(reason)

    def _message(self, message: dict[str, Any], content: Any, deltas: list[Delta]) -> None:
        for key in _REASONING:
            thought = message.get(key)
            if thought and isinstance(thought, str):
                self._reasoning(thought, deltas)
                break
        if content.__class__ is list:
            thought, content = _of_parts(content)
            if thought:
                self._reasoning(thought, deltas)
        if content is None or content == "":
            content = message.get("refusal")
        if content is not None and content != "":
            self._text(text_of(content), deltas)
        if calls := message.get("tool_calls"):
            deltas += self._calls.read(calls)
        elif call := message.get("function_call"):
            deltas += self._calls.read([{"index": 0, "function": call}])

    def _reasoning(self, text: str, deltas: list[Delta]) -> None:
        if self._implied:
            self._expect_no_tag()  # the server has split already
        deltas.append(ReasoningDelta(text))

    def _expect_no_tag(self) -> None:
        self._implied = False
        self._splitter = ThinkSplitter()

    def _text(self, text: str, deltas: list[Delta]) -> None:
        if self._whole and self._implied and "</think>" not in text:
            self._expect_no_tag()  # all of the text is here, so it is all answer
        if self._splitter.idle:
            self._answer(text, deltas)
            return
        for thinking, piece in self._splitter.feed(text):
            if thinking:
                deltas.append(ReasoningDelta(piece))
            else:
                self._answer(piece, deltas)

    def _answer(self, text: str, deltas: list[Delta]) -> None:
        if self._printed is None:
            deltas.append(TextDelta(text))
            return
        self._printed.append(text)
        start = "".join(self._printed).lstrip()
        if start and not start.startswith("{"):
            deltas.append(TextDelta("".join(self._printed)))
            self._printed = None


def deltas_of_reply(
    data: str | bytes, *, thinks: bool = False, forced_tools: Collection[str] = ()
) -> list[Delta]:
    """One whole reply as deltas, Finished last. Raises BadFrame, ErrorFrame."""
    reader = FrameReader(thinks=thinks, forced_tools=forced_tools)
    return reader.read_reply(data) + reader.end()


def is_error(frame: Any) -> bool:
    """Whether a frame or a reply is an error in any of its shapes (ai-gateway §3.3, workers-ai §3)."""
    if isinstance(frame, list):
        return bool(frame) and isinstance(frame[0], dict) and is_error(frame[0])
    if not isinstance(frame, dict):
        return False
    return bool(
        frame.get("error")
        or frame.get("errors")
        or frame.get("success") is False
        or frame.get("type") == "error"
        or frame.get("object") == "error"
    )


def usage_of(raw: Any) -> Usage | None:
    """A `usage` object of any dialect; None where it says nothing."""
    if not isinstance(raw, dict):
        return None
    details = raw.get("prompt_tokens_details") or raw.get("input_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else raw.get("cached_tokens")
    usage = Usage(
        prompt_tokens=_count(raw.get("prompt_tokens", raw.get("input_tokens"))),
        completion_tokens=_count(raw.get("completion_tokens", raw.get("output_tokens"))),
        cached_tokens=_count(cached),
        neurons=number(raw.get("neurons")),
    )
    return usage if usage != Usage() else None


def text_of(value: Any) -> str:
    """Content as text. Models answer with text, but also with numbers and, in JSON mode, with objects (workers-ai §5.2)."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _object(data: str | bytes) -> Any:
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeError) as exc:
        raise BadFrame("not JSON") from exc


def _good(frame: Any) -> dict[str, Any]:
    if is_error(frame):
        raise ErrorFrame(frame)
    if not isinstance(frame, dict):
        raise BadFrame("not a JSON object")
    return frame


def _unwrapped(frame: dict[str, Any]) -> dict[str, Any]:
    if "result" not in frame or "choices" in frame or "response" in frame:
        return frame
    result = frame["result"]
    if isinstance(result, dict):
        return _good(result)
    return {"response": result}


def _of_parts(parts: list[Any]) -> tuple[str, str]:
    """Thinking and text of content given as a list of parts."""
    thought: list[str] = []
    text: list[str] = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        elif isinstance(part, dict):
            if isinstance(part.get("text"), str):
                text.append(part["text"])
            elif isinstance(part.get("thinking"), list):
                thought.append(_of_parts(part["thinking"])[1])
            elif isinstance(part.get("thinking"), str):
                thought.append(part["thinking"])
    return "".join(thought), "".join(text)


def _count(value: Any) -> int | None:
    known = number(value)
    return None if known is None or known < 0 else int(known)
