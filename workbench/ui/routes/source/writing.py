"""The smallest changes that make one text say what another value says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.routes.text import INDENT, member, written
from workbench.ui.routes.source.places import Child, Places


@dataclass(frozen=True, slots=True)
class Change:
    """Put text in the place of what is from start to end."""

    start: int
    end: int
    text: str


def changes(text: str, old: Any, new: Any, places: Places | None = None) -> list[Change]:
    """What to change in text, which says old, so that it says new; in order. What is the same is left as it is written."""
    if _same(old, new):
        return []
    places = places or Places(text)
    return list(_changed(places, places.whole.start, places.whole.end, old, new, 0))


def applied(text: str, made: Iterable[Change]) -> str:
    parts, at = [], 0
    for change in made:
        parts += [text[at : change.start], change.text]
        at = change.end
    return "".join((*parts, text[at:]))


def _same(old: Any, new: Any) -> bool:
    """Equal in JSON: keys in the same order, and 1 is neither true nor 1.0."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return list(old) == list(new) and all(map(_same, old.values(), new.values()))
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)


def _changed(places: Places, start: int, end: int, old: Any, new: Any, depth: int) -> Iterator[Change]:
    if old is new:
        return
    if type(old) is not type(new) or not isinstance(old, dict | list) or not old or not new:
        if not _same(old, new):
            yield Change(start, end, written(new, depth, _before(places, start, depth)))
        return
    olds, news = _pairs(old), _pairs(new)
    first = _alike(olds, news)
    last = _alike(olds[first:][::-1], news[first:][::-1])
    if len(olds) == len(news) and first + last < len(olds) and isinstance(old, list):
        first, last = len(olds), 0  # no more and no fewer: each is what became of the one before
    inner = depth + 1
    children = places.children(start)
    for child, (_, was), (_, now) in zip(children[:first], olds, news, strict=False):
        if not _same(was, now):
            yield from _changed(places, child.start, child.end, was, now, inner)
    until = len(olds) - last
    others = news[first : len(news) - last]
    if first < until or others:
        items = [
            member(key or "", value, inner) if isinstance(new, dict) else written(value, inner)
            for key, value in others
        ]
        yield _spliced(children, first, until, items, depth)
    rest = zip(children[until:], olds[until:], news[len(news) - last :], strict=True)
    for child, (_, was), (_, now) in rest:
        if not _same(was, now):
            yield from _changed(places, child.start, child.end, was, now, inner)


def _pairs(value: Any) -> list[tuple[str | None, Any]]:
    """Members of an object by key; items of a list by their id, where they have one."""
    if isinstance(value, dict):
        return list(value.items())
    return [(inner.get("id") if isinstance(inner, dict) else None, inner) for inner in value]


def _alike(olds: Sequence[tuple[str | None, Any]], news: Sequence[tuple[str | None, Any]]) -> int:
    """How many from the beginning on are of the same key, or of none and equal."""
    count = 0
    for one, two in zip(olds, news, strict=False):
        if one[0] != two[0] or (one[0] is None and not _same(one[1], two[1])):
            break
        count += 1
    return count


def _spliced(children: Sequence[Child], first: int, last: int, items: Sequence[str], depth: int) -> Change:
    """Put items in the place of the children from first to last, with the commas that this needs."""
    gap = ",\n" + " " * (INDENT * (depth + 1))
    new = gap.join(items)
    if first < last and items:
        return Change(children[first].begin, children[last - 1].end, new)
    if items:  # where nothing goes
        if first:
            return Change(children[first - 1].end, children[first - 1].end, gap + new)
        return Change(children[0].begin, children[0].begin, new + gap)
    if first:
        return Change(children[first - 1].end, children[last - 1].end, "")
    return Change(children[0].begin, children[last].begin, "")


def _before(places: Places, start: int, depth: int) -> int:
    """What the line of the place has before it, besides its indent."""
    line = places.text.rfind("\n", 0, start) + 1
    return max(0, start - line - depth * INDENT)
