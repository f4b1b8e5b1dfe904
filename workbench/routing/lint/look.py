"""What every check looks at: the route, the facts around it, its links; and how a finding is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from workbench.domain.routes.elements import (
    FALLBACK,
    AnyElement,
    End,
    ModelCall,
    Rate,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.errors import pointer
from workbench.domain.routes.findings import Finding, Fix, LintFacts, Severity
from workbench.routing.lint.rules import RULES


@dataclass(frozen=True, slots=True)
class Link:
    """An output that leads to an element that is there."""

    element: str
    port: str
    to: str


class Look:
    def __init__(self, route: Route, facts: LintFacts) -> None:
        self.route = route
        self.facts = facts
        self.by_id: dict[str, AnyElement] = {}
        self._leading: dict[str, frozenset[str]] = {}
        for element in route.elements:
            self.by_id.setdefault(element.id, element)

    def __iter__(self) -> Iterator[tuple[int, AnyElement]]:
        """Each element with its place in the document."""
        return enumerate(self.route.elements)

    def finding(
        self,
        code: str,
        what: str,
        why: str = "",
        *,
        at: int | None = None,
        port: str = "",
        path: tuple[str | int, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> Finding:
        """at: the element's place, None for the whole route. path: below the element in the API's JSON."""
        element = self.route.elements[at].id if at is not None else ""
        steps = (("elements", at) if at is not None else ()) + (path or (("outputs", port) if port else ()))
        return Finding(code, self._severity(code), what, why, element, port, pointer(*steps), fixes)

    def _severity(self, code: str) -> Severity:
        rule = RULES[code]
        return rule.deploy if self.facts.for_deploy or rule.desk is None else rule.desk

    @cached_property
    def _links(self) -> dict[str, tuple[Link, ...]]:
        return {
            id: tuple(Link(id, port, to) for port, to in element.outputs.items() if to in self.by_id)
            for id, element in self.by_id.items()
            if not isinstance(element, End)
        }

    def links_from(self, element_id: str) -> tuple[Link, ...]:
        """None from an end, whatever is written there: no request leaves one."""
        return self._links.get(element_id, ())

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Ids of what a request can meet, from every start."""
        starts = (one.id for one in self.route.elements if isinstance(one, Start))
        return _reached(starts, lambda here: (link.to for link in self.links_from(here)))

    @cached_property
    def before(self) -> dict[str, set[str]]:
        """For each id, the ids that lead straight to it."""
        found: dict[str, set[str]] = {element_id: set() for element_id in self.by_id}
        for element_id in self.by_id:
            for link in self.links_from(element_id):
                found[link.to].add(element_id)
        return found

    def leading_to(self, target: str) -> frozenset[str]:
        """Ids from where a request can come to target, its own among them."""
        if target not in self._leading:
            self._leading[target] = _reached([target], self.before.__getitem__)
        return self._leading[target]

    @cached_property
    def closing_links(self) -> tuple[Link, ...]:
        """Of each loop, the link that goes back to an element a request has met already."""
        found: list[Link] = []
        done: set[str] = set()
        begins = [one.id for one in self.route.elements if isinstance(one, Start)]
        for begin in (*begins, *self.by_id):
            found += self._closing_from(begin, done)
        return tuple(found)

    def _closing_from(self, begin: str, done: set[str]) -> Iterator[Link]:
        """Depth first, without recursion: a route may be long. done: elements whose links have all been seen."""
        if begin in done:
            return
        on_way = {begin}
        stack = [(begin, iter(self.links_from(begin)))]
        while stack:
            here, links = stack[-1]
            link = next(links, None)
            if link is None:
                stack.pop()
                on_way.discard(here)
                done.add(here)
            elif link.to in on_way:
                yield link
            elif link.to not in done:
                on_way.add(link.to)
                stack.append((link.to, iter(self.links_from(link.to))))

    @cached_property
    def modelless(self) -> frozenset[str]:
        """Ids a request can come to before any model, and what may be one. A limit's refusal is left out: it is meant to end
        without one.
        """
        waiting, met = [one.id for one in self.route.elements if isinstance(one, Start)], set[str]()
        while waiting:
            here = waiting.pop()
            if here not in met and not isinstance(self.by_id[here], ModelCall | Unknown):
                met.add(here)
                waiting += [link.to for link in self.links_from(here) if not self.refuses(link)]
        return frozenset(met)

    def refuses(self, link: Link) -> bool:
        return link.port == FALLBACK and isinstance(self.by_id[link.element], Rate)


def _reached(begin: Iterable[str], following: Callable[[str], Iterable[str]]) -> frozenset[str]:
    waiting, met = list(begin), set[str]()
    while waiting:
        here = waiting.pop()
        if here not in met:
            met.add(here)
            waiting.extend(following(here))
    return frozenset(met)
