"""Query objects put together (ai-gateway §7.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.routes.errors import RouteError

Query = dict[str, Any]

_META = re.compile(r"[\\.^$|?*+()\[\]{}]")


def all_of(parts: Sequence[Query]) -> Query:
    """All parts, as one object where no test would get lost in it."""
    together: Query = {}
    for part in parts:
        for field, test in part.items():
            if field not in together:
                together[field] = dict(test) if isinstance(test, Mapping) else test
            elif _joinable(field, together[field], test):
                together[field] = {**together[field], **test}
            else:
                return {"$and": list(parts)}
    return together


def _joinable(field: str, one: Any, other: Any) -> bool:
    """Two patterns on one field do not join, for $options belong to one of them."""
    both = isinstance(one, Mapping) and isinstance(other, Mapping)
    return (
        both
        and not field.startswith("$")
        and not (one.keys() & other.keys())
        and "$options" not in (*one, *other)
    )


def any_of(parts: Sequence[Query]) -> Query:
    """Any part; several values of one field are $in."""
    if len(parts) == 1:
        return parts[0]
    fields = {field for part in parts for field in part}
    tests = [test for part in parts for test in part.values()]
    if len(fields) == 1 and all(isinstance(test, Mapping) and [*test] == ["$eq"] for test in tests):
        return {fields.pop(): {"$in": [test["$eq"] for test in tests]}}
    return {"$or": list(parts)}


def none_of(part: Query) -> Query:
    return {"$nor": [part]}


def null_test(field: str, *, is_null: bool) -> Query:
    """Null or missing, as the languages that expressions are borrowed from have it."""
    if is_null:
        return {"$or": [{field: {"$exists": False}}, {field: {"$eq": None}}]}
    return {field: {"$exists": True, "$ne": None}}


def text_test(name: str, text: str, options: str = "") -> Query:
    """The $regex for what a text contains, begins or ends with, or matches. Raises RouteError for options it has not."""
    quoted = _META.sub(lambda found: f"\\{found[0]}", text)
    patterns = {"contains": quoted, "begins": f"^{quoted}", "ends": f"{quoted}$", "matches": text}
    kept = "".join(
        sorted(set(options) - set("gu"))
    )  # "all of them" and "as Unicode": neither changes whether it matches
    if set(kept) - set("ims"):
        raise RouteError(f"The pattern /{text}/{options} has options other than i, m and s.")
    return {"$regex": patterns[name], **({"$options": kept} if kept else {})}
