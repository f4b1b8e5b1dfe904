"""What every media task reads: a checked JSON object, files, forms; and how it is refused."""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping, Sized
from hashlib import blake2b
from typing import Any, TypeVar

from workbench.gateway.protocol import BadBody, json_object
from workbench.gateway.replies import BAD_INPUT, TOO_LARGE
from workbench.gateway.sandbox.media.checking import violation
from workbench.gateway.sandbox.media.fields import Schema
from workbench.gateway.sandbox.media.multipart import BadForm, Form, read_form
from workbench.gateway.sandbox.media.task import Task, TaskRefused

UPSTREAM_REFUSED = 3030
NOT_BASE64 = 5004
MOST_BYTES = 25 << 20
"""Of one file, as OpenAI bounds recordings; Workers AI names no number (inferred)."""


_LARGE = 1 << 20
_T = TypeVar("_T", bound=Sized)


def refusal(
    task: Task, message: str, pointer: str = "", code: int = BAD_INPUT, status: int = 400
) -> TaskRefused:
    """The error with the prefixes its maker uses."""
    if task.native:
        prefix = {
            BAD_INPUT: "AiError: Bad input: Error: ",
            UPSTREAM_REFUSED: "AiError: InferenceUpstreamError: ",
        }
        message = prefix.get(code, "AiError: ") + message
    return TaskRefused(status, code if task.native else 0, message, pointer)


def checked(task: Task, schema: Schema) -> Mapping[str, Any]:
    """The body as a JSON object that fits the schema."""
    body = json_body(task)
    fits(task, schema, body)
    return body


def fits(task: Task, schema: Schema, value: Any) -> None:
    wrong = violation(schema, value)
    if wrong is not None:
        raise refusal(task, wrong.text, wrong.pointer)


def json_body(task: Task) -> Mapping[str, Any]:
    if task.json is not None:
        return task.json
    try:
        return json_object(task.body)
    except BadBody as bad:
        raise refusal(task, str(bad)) from bad


def form_of(task: Task) -> Form:
    try:
        return read_form(task.body, task.content_type)
    except BadForm as bad:
        raise refusal(task, str(bad)) from bad


def form_texts(task: Task, form: Form) -> Mapping[str, str]:
    try:
        return form.texts()
    except BadForm as bad:
        raise refusal(task, str(bad)) from bad


def numbers_read(texts: Mapping[str, str], schema: Schema) -> dict[str, Any]:
    """Form fields and query options are text; those the schema wants otherwise are read, where they can be."""
    return {name: _read(value, schema["properties"].get(name, {})) for name, value in texts.items()}


def _read(value: str, schema: Schema) -> Any:
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(value)
        if kind == "number":
            return float(value)
    except ValueError:
        return value
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value


def bounded(task: Task, data: bytes, name: str) -> bytes:
    if len(data) > MOST_BYTES:
        raise refusal(task, f"{name} is larger than {MOST_BYTES >> 20} MB", f"/{name}", TOO_LARGE, 413)
    return data


async def from_base64(task: Task, text: str, name: str) -> bytes:
    """Plain base64, no data URI (workers-ai §15, code 5004)."""
    try:
        return bounded(task, await _off_the_loop(_unpacked, text), name)
    except (binascii.Error, ValueError) as error:
        message = f"Invalid data type for base64 input: '/{name}' is not base64 text"
        raise refusal(task, message, f"/{name}", NOT_BASE64) from error


async def from_numbers(task: Task, values: list[Any], name: str) -> bytes:
    """A file as a list of numbers from 0 to 255."""
    try:
        return bounded(task, await _off_the_loop(_joined, values), name)
    except (TypeError, ValueError, OverflowError) as error:
        raise refusal(task, f"'/{name}' must hold numbers from 0 to 255", f"/{name}") from error


def _unpacked(text: str) -> bytes:
    return b64decode(text, validate=True)


def _joined(values: list[Any]) -> bytes:
    try:
        return bytes(values)
    except TypeError:
        return bytes(map(int, values))  # numbers may be written with a decimal point


async def _off_the_loop(work: Callable[[_T], bytes], given: _T) -> bytes:
    """Small files at once, large ones in a thread."""
    return work(given) if len(given) < _LARGE else await asyncio.to_thread(work, given)


def from_data_uri(text: str) -> bytes | None:
    """The file in a data URI; None where it is none."""
    head, comma, data = text.partition(",")
    if not head.startswith("data:") or not comma or not head.endswith(";base64"):
        return None
    try:
        return b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None


async def file_in(task: Task, name: str) -> tuple[bytes, Mapping[str, Any]]:
    """A file sent raw, or as numbers or base64 under a name in JSON; with it the other fields (workers-ai §8.3, §9.1).

    A list of numbers is what the older models document; base64 is taken from whoever sends it.
    """
    if not task.content_type.startswith("application/json") and task.json is None:
        if not task.body:
            raise refusal(task, f"required properties at '/' are '{name}'", f"/{name}", 3003)
        return bounded(task, task.body, name), {}
    body = json_body(task)
    value = body.get(name)
    if isinstance(value, str):
        return await from_base64(task, value, name), body
    if isinstance(value, list):
        return await from_numbers(task, value, name), body
    if value is None:
        raise refusal(
            task, f"oneOf at '/' not met, 0 matches: required properties at '/' are '{name}'", f"/{name}"
        )
    raise refusal(task, f"Type mismatch of '/{name}', '{type(value).__name__}' not in 'array'", f"/{name}")


def seed_of(*parts: Any) -> int:
    """A number that only these parts give."""
    digest = blake2b(digest_size=6)
    for part in parts:
        digest.update(part if isinstance(part, bytes) else repr(part).encode(errors="replace"))
        digest.update(b"\0")
    return int.from_bytes(digest.digest())
