"""The Responses dialect, which gpt-oss speaks, told again as chat completions (workers-ai §6)."""

from __future__ import annotations

from typing import Any

Frame = dict[str, Any]


def is_event(frame: Frame) -> bool:
    kind = frame.get("type")
    return isinstance(kind, str) and kind.startswith("response.")


def chunk_of_event(frame: Frame) -> Frame:
    """One streamed event as a chat completion chunk; events that only mark progress become an empty one."""
    kind = frame["type"].removeprefix("response.")
    piece = frame.get("delta")
    match kind:
        case "output_text.delta" | "refusal.delta":
            return _chunk({"content": piece})
        case "reasoning_text.delta" | "reasoning_summary_text.delta":
            return _chunk({"reasoning_content": piece})
        case "function_call_arguments.delta":
            call = {"index": frame.get("output_index", 0), "function": {"arguments": piece}}
            return _chunk({"tool_calls": [call]})
        case "output_item.added":
            item = frame.get("item")
            if isinstance(item, dict) and item.get("type") == "function_call":
                return _chunk({"tool_calls": [_call(item, frame.get("output_index", 0))]})
        case "completed" | "incomplete" | "failed":
            whole = frame.get("response")
            if isinstance(whole, dict):
                return {
                    "choices": [{"delta": {}, "finish_reason": _reason(whole)}],
                    "usage": whole.get("usage"),
                    "model": whole.get("model"),
                    "error": whole.get("error"),
                }
    return {}


def completion_of(reply: Frame) -> Frame:
    """A whole Responses object as a chat completion."""
    text: list[str] = []
    thoughts: list[str] = []
    calls: list[Frame] = []
    output = reply.get("output")
    for item in output if isinstance(output, list) else []:
        if not isinstance(item, dict):
            continue
        match item.get("type"):
            case "function_call":
                calls.append(_call(item, len(calls)))
            case "reasoning":
                thoughts += _texts(item.get("content")) or _texts(item.get("summary"))
            case "message":
                text += _texts(item.get("content"))
    if not text and isinstance(reply.get("output_text"), str):
        text = [reply["output_text"]]
    message = {"content": "".join(text), "reasoning_content": "\n\n".join(thoughts), "tool_calls": calls}
    return {
        "choices": [{"message": message, "finish_reason": _reason(reply)}],
        "usage": reply.get("usage"),
        "model": reply.get("model"),
    }


def _chunk(delta: Frame) -> Frame:
    return {"choices": [{"delta": delta}]}


def _call(item: Frame, index: Any) -> Frame:
    function = {"name": item.get("name"), "arguments": item.get("arguments")}
    return {"index": index, "id": item.get("call_id") or item.get("id"), "function": function}


def _texts(parts: Any) -> list[str]:
    if isinstance(parts, str):
        return [parts]
    found: list[str] = []
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            value = part.get("text") or part.get("refusal")
            if isinstance(value, str):
                found.append(value)
    return found


def _reason(reply: Frame) -> str:
    """Why it ended, in the words of chat completions."""
    details = reply.get("incomplete_details")
    if isinstance(details, dict):
        reason = details.get("reason")
        return "length" if reason == "max_output_tokens" else str(reason or "length")
    if reply.get("status") == "incomplete":
        return "length"
    output = reply.get("output")
    called = isinstance(output, list) and any(
        isinstance(item, dict) and item.get("type") == "function_call" for item in output
    )
    return "tool_calls" if called else "stop"
