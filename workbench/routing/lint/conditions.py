"""Checks of what is evaluated: conditions, the fields that a route looks at, and the tests in its file."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import Conditional, Percentage, Rate, Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.findings import Finding, Fix
from workbench.routing.cases import cases_of
from workbench.routing.conditions import compile_condition
from workbench.routing.facts import parts_of
from workbench.routing.lint.look import Look
from workbench.routing.lint.uses import METADATA


def compiled(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if isinstance(element, Conditional):
            try:
                compile_condition(element.conditions)
            except RouteError as error:
                yield look.finding(
                    "broken-condition",
                    error.what,
                    " ".join(part for part in (error.why, error.fix) if part)
                    or "The route does not run with a condition that cannot be evaluated.",
                    at=at,
                    path=("properties", "conditions", *_steps(error)),
                )


def _steps(error: RouteError) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in error.pointer.split("/")[1:])


def tests(look: Look) -> Iterator[Finding]:
    try:
        cases_of(look.route)
    except RouteError as error:
        yield look.finding(
            "broken-test",
            error.what,
            " ".join(part for part in (error.why, error.fix) if part)
            or "None of the file's tests runs while one cannot be read.",
            path=_steps(error),
        )


def fields(look: Look) -> Iterator[Finding]:
    """Of limits and sticky splits; a condition's are compiled with it."""
    for at, element in look:
        if isinstance(element, Rate):
            yield from _field(look, at, "key", element.key, ("properties", "key"))
        elif isinstance(element, Percentage) and element.sticky:
            yield from _field(look, at, "sticky", element.sticky, ())


def _field(look: Look, at: int, part: str, field: str, path: tuple[str, ...]) -> Iterator[Finding]:
    if is_field(field):
        return
    element = look.route.elements[at]
    better = METADATA + field.strip(". ")

    def edit(route: Route) -> Route:
        return changed(route, element.id, **{part: better})

    yield look.finding(
        "no-such-field",
        f"“{element.id}” looks at {f'“{field}”' if field else 'no field'}, which no request has.",
        "Fields are metadata.…, headers.…, body.… and request.….",
        at=at,
        path=path,
        fixes=(Fix(f"Use {better}", edit),) if is_field(better) else (),
    )


def is_field(text: str) -> bool:
    try:
        parts_of(text)
    except RouteError:
        return False
    return True
