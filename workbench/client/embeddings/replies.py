"""Whatever comes back for texts, made vectors or scores, or a failure that says what is wrong (workers-ai §7). Pure."""

from __future__ import annotations

import json
import math
from array import array
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from workbench.client import causes
from workbench.client.bad_replies import (
    empty,
    mixed_lengths,
    not_finite,
    not_numbers,
    unreadable,
    wrong_count,
)
from workbench.client.failures import Asked, failure_of
from workbench.client.frames import is_error, usage_of
from workbench.client.media_calls import neurons_in
from workbench.client.results import check_words, result_of
from workbench.client.values import number
from workbench.domain.errors import RequestFailed

_NUMBERS = {float, int}


@dataclass(frozen=True, slots=True)
class VectorsCame:
    """tokens, neurons: None where the reply did not tell. shown: the reply with a word in place of each vector."""

    vectors: tuple[array[float], ...] = field(repr=False)
    tokens: int | None
    neurons: float | None
    shown: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScoresCame:
    scores: tuple[float, ...]
    tokens: int | None
    neurons: float | None


def vectors_in(
    status: int, headers: Mapping[str, str], body: bytes, asked: Asked, wanted: int
) -> VectorsCame:
    """One vector for each of wanted texts. Raises RequestFailed. headers: names in lower case.

    Takes a while for a large body: use a thread.
    """
    value = _value(status, headers, body, asked)
    result = result_of(value)
    rows = _rows(result, asked)
    if len(rows) != wanted:
        raise wrong_count(asked, wanted, len(rows), "vector")
    vectors = tuple(_vector(row, place, asked) for place, row in enumerate(rows, start=1))
    lengths = sorted({len(vector) for vector in vectors})
    if len(lengths) > 1:
        raise mixed_lengths(asked, lengths)
    return VectorsCame(
        vectors, _tokens(result, value), neurons_in(headers, result, value), _shown(value, len(vectors[0]))
    )


def scores_in(status: int, headers: Mapping[str, str], body: bytes, asked: Asked, wanted: int) -> ScoresCame:
    """One score for each of wanted texts, in their order. Raises RequestFailed."""
    value = _value(status, headers, body, asked)
    result = result_of(value)
    ranked = result.get("response") if isinstance(result, dict) else result
    if not isinstance(ranked, list):
        raise unreadable(asked)
    scores: dict[int, float] = {}
    for entry in ranked:
        place = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(place, int) or not 0 <= place < wanted or place in scores:
            raise unreadable(asked)
        score = entry.get("score")
        if type(score) not in _NUMBERS:
            raise not_numbers(asked, place + 1)
        scores[place] = _finite(float(score), place + 1, asked)
    if len(scores) != wanted:
        raise wrong_count(asked, wanted, len(scores), "score")
    return ScoresCame(
        tuple(scores[place] for place in range(wanted)),
        _tokens(result, value),
        neurons_in(headers, result, value),
    )


def _value(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> Any:
    if status >= 300:
        raise _refusal(status, headers, body, asked)
    check_words(body, asked)
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        value = _with_nan(body, asked)
    if is_error(value):
        raise _refusal(status, headers, body, asked)
    if not value or not result_of(value):
        raise empty(asked)
    return value


def _with_nan(body: bytes, asked: Asked) -> Any:
    """Some write NaN and Infinity, which JSON does not have."""
    if b"NaN" not in body and b"Infinity" not in body:
        raise unreadable(asked)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise unreadable(asked) from None


def _refusal(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> RequestFailed:
    """What is said of conversations elsewhere is said of texts here."""
    error = failure_of(status, headers, body, asked)
    if error.what != causes.TOO_LONG.what:
        return error
    return error.reworded(
        f"A text is longer than “{asked.model}” takes.",
        fix="Shorten it, or use a model that reads more at once.",
    )


def _rows(result: Any, asked: Asked) -> list[Any]:
    """The vectors, or what stands in their place, in the order of the texts."""
    rows = result
    if isinstance(result, dict):
        rows = next((result[name] for name in ("data", "response", "embeddings") if name in result), None)
    if not isinstance(rows, list):
        raise unreadable(asked)
    if rows and type(rows[0]) in _NUMBERS:
        return [rows]
    if all(isinstance(row, dict) for row in rows):
        return [row.get("embedding") for row in _in_order(rows, asked)]
    return rows


def _in_order(entries: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """By `index`, where they have one."""
    places = [entry.get("index") for entry in entries]
    if all(place is None for place in places):
        return entries
    if sorted(place for place in places if isinstance(place, int)) != list(range(len(entries))):
        raise unreadable(asked)
    return sorted(entries, key=lambda entry: int(entry["index"]))


def _vector(row: Any, place: int, asked: Asked) -> array[float]:
    """place: of the text, counted from 1."""
    if isinstance(row, str):
        return _from_base64(row, place, asked)
    if not isinstance(row, list) or not row or not set(map(type, row)) <= _NUMBERS:
        raise not_numbers(asked, place)
    try:
        vector = array("f", row)
    except OverflowError:
        raise not_finite(asked, place) from None
    _finite(sum(map(abs, vector)), place, asked)
    return vector


def _from_base64(text: str, place: int, asked: Asked) -> array[float]:
    """As servers send it that were asked for `base64`, or do so unasked: float32, the lowest byte first."""
    import sys

    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise not_numbers(asked, place) from None
    if not data or len(data) % 4:
        raise not_numbers(asked, place)
    vector = array("f", data)
    if sys.byteorder == "big":
        vector.byteswap()
    _finite(sum(map(abs, vector)), place, asked)
    return vector


def _finite(value: float, place: int, asked: Asked) -> float:
    if not math.isfinite(value):
        raise not_finite(asked, place)
    return value


def _tokens(*places: Any) -> int | None:
    for place in places:
        usage = usage_of(place.get("usage")) if isinstance(place, dict) else None
        if usage is not None and usage.prompt_tokens is not None:
            return usage.prompt_tokens
        if isinstance(place, dict) and isinstance(told := place.get("usage"), dict):
            total = number(told.get("total_tokens"))
            if total is not None and total >= 0:
                return int(total)
    return None


def _shown(value: Any, dimensions: int) -> bytes:
    word = f"[a vector of {dimensions:,} numbers]"

    def told(part: Any) -> Any:
        if isinstance(part, dict):
            return {
                name: word if name == "embedding" else told(each) if isinstance(each, dict | list) else each
                for name, each in part.items()
            }
        if isinstance(part, list):
            if len(part) == dimensions and set(map(type, part)) <= _NUMBERS:
                return word
            return [told(each) for each in part]
        return part

    return msgspec.json.encode(told(value))
