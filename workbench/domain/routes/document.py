"""The text of a route file to JSON values, refusing what other readers take in silence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, NoReturn

from workbench.domain.routes.errors import RouteError, pointer

MAX_DEPTH = 64
"""Nesting of objects and lists; a route needs about ten."""
MOST_ELEMENTS = 5000
MOST_OUTPUTS = 500
"""Of one element."""
MOST_WIRES = 20_000


class _Repeated(dict[str, Any]):
    """An object in whose text a key occurs twice."""

    key = ""


def parsed(value: Mapping[str, Any] | Sequence[Any] | str | bytes) -> Any:
    """JSON text, or values that were parsed already, as values of one's own. Raises RouteError: with the line where the
    text is not JSON, with the place where a key is given twice or a value is none of JSON's.
    """
    found = _loads(_text(value)) if isinstance(value, str | bytes) else value
    _check(found, ())
    return deepcopy(found)


def _text(value: str | bytes) -> str:
    if isinstance(value, str):
        return value.removeprefix("\ufeff")
    try:
        return value.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = value[: error.start].count(b"\n") + 1
        raise RouteError(
            f"The route is not UTF-8 text: line {line} has a byte that cannot be read.",
            line=line,
            fix="Save the file as UTF-8.",
        ) from None


def _loads(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RouteError(
            f"The route is not JSON: line {error.lineno}, column {error.colno}.",
            why=f"{error.msg}.",
            line=error.lineno,
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # a number of more digits than Python reads
        raise RouteError("A number in the route has too many digits.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Repeated(found)
    names = Counter(name for name, _ in pairs)
    twice.key = next(name for name, many in names.items() if many > 1)
    return twice


def _no_constant(name: str) -> NoReturn:
    raise RouteError(f"{name} is not a number that JSON has.")


def _check(value: Any, at: tuple[str | int, ...]) -> None:
    if len(at) > MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, _Repeated):
        raise RouteError(
            f"“{value.key}” is given twice in the same place.",
            pointer=pointer(*at, value.key),
            why="Only the last of the two would count, so one would be lost.",
            fix="Write one of two equal shares as “else”." if value.key.endswith("%") else "",
        )
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check(key, at)
            _check(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, (*at, index))
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise RouteError("The text has half a character in it (a lone surrogate).", pointer=pointer(*at))
    elif not isinstance(value, int | float | None):
        raise RouteError(f"{type(value).__name__} is nothing that JSON has.", pointer=pointer(*at))
    elif isinstance(value, float) and (value != value or abs(value) == float("inf")):
        raise RouteError("A number has no finite value.", pointer=pointer(*at))


def check_number(elements: int) -> None:
    """Raise RouteError where there are more than anybody could look at."""
    if elements > MOST_ELEMENTS:
        raise RouteError(
            f"The route has more than {MOST_ELEMENTS:,} elements.",
            why="So many can neither be shown nor deployed.",
            fix="Split it, or take the part that matters.",
        )


def check_size(document: Any) -> None:
    """check_number for a route document or a list of elements, as parsed; and no tangle of wires."""
    elements = document.get("elements") if isinstance(document, Mapping) else document
    if not isinstance(elements, list):
        return
    check_number(len(elements))
    wires = 0
    for index, element in enumerate(elements):
        outputs = element.get("outputs") if isinstance(element, Mapping) else None
        if isinstance(outputs, Mapping):
            wires += len(outputs)
            if len(outputs) > MOST_OUTPUTS:
                raise RouteError(
                    f"An element has more than {MOST_OUTPUTS:,} outputs.",
                    why="So many can neither be shown nor deployed.",
                    pointer=pointer("elements", index, "outputs"),
                )
    if wires > MOST_WIRES:
        raise RouteError(
            f"The route has more than {MOST_WIRES:,} outputs.",
            why="So many can neither be shown nor deployed.",
            fix="Split it, or take the part that matters.",
        )


def _too_deep() -> RouteError:
    return RouteError(f"The route is nested more than {MAX_DEPTH} levels deep.")
