"""Conditions written as an expression, such as `metadata.plan == 'free' && tokens > 1000`, as query objects.

The words of JavaScript, Python and SQL are taken alike: `===`, `and`, `in`, `.includes()`, `=~`. What is not understood is
refused with its place; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.handwritten.fields import field_of
from workbench.domain.routes.handwritten.queries import Query, all_of, any_of, none_of, null_test, text_test

MAX_LENGTH = 4000
MAX_NESTING = 20

_TOKEN = re.compile(
    r"""(?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)
      | (?P<number>-?\d+(?:_\d{3})*(?:\.\d+)?)
      | (?P<name>[A-Za-z_$][\w$]*(?:-[\w$]+)*)
      | (?P<pattern>/(?:\\.|[^/\\\n])+/[a-z]*)
      | (?P<sign>===|!==|==|!=|<>|>=|<=|=~|!~|&&|\|\||\?\.|[<>=!()\[\],.])""",
    re.VERBOSE,
)
_COMPARE = {
    "==": "$eq", "===": "$eq", "=": "$eq", "is": "$eq", "eq": "$eq", "equals": "$eq", "!=": "$ne", "!==": "$ne", "<>": "$ne",
    "ne": "$ne", ">": "$gt", "gt": "$gt", ">=": "$gte", "gte": "$gte", "<": "$lt", "lt": "$lt", "<=": "$lte", "lte": "$lte",
}  # fmt: skip
_MIRRORED = {"$gt": "$lt", "$gte": "$lte", "$lt": "$gt", "$lte": "$gte", "$eq": "$eq", "$ne": "$ne"}
_TEXT_TESTS = {
    "contains": "contains", "includes": "contains", "startswith": "begins", "endswith": "ends", "matches": "matches",
    "match": "matches", "=~": "matches", "test": "matches",
}  # fmt: skip
_CONSTANTS: Mapping[str, Any] = {
    "true": True,
    "false": False,
    "null": None,
    "none": None,
    "undefined": None,
    "nil": None,
}
_EXISTS = frozenset({"exists", "defined", "has"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """As it is told apart: `startsWith` and `starts_with` are one."""
        return self.text.lower().replace("_", "") if self.kind in ("name", "sign") else ""


@dataclass(frozen=True, slots=True)
class _Field:
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        return field_of(self.path)


@dataclass(frozen=True, slots=True)
class _Pattern:
    source: str
    options: str


def parse_expression(text: str) -> Query:
    """Raises RouteError, whose message says at which character."""
    if len(text) > MAX_LENGTH:
        raise RouteError(f"The condition is longer than {MAX_LENGTH} characters.")
    reading = _Reading(text)
    query = reading.either()
    if reading.next.kind != "end":
        reading.fail(f"“{reading.next.text}” was not expected")
    return query


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> _Token:
        return self._tokens[self._at]

    def fail(self, what: str) -> NoReturn:
        raise RouteError(
            f"“{_short(self._text)}” cannot be read as a condition: {what}, at character {self.next.at + 1}.",
            fix="Write a comparison such as metadata.plan == 'free', or a query object.",
        )

    def take(self) -> _Token:
        token = self.next
        if token.kind != "end":
            self._at += 1
        return token

    def taken(self, *words: str) -> bool:
        if self.next.word in words and self.next.word:
            self._at += 1
            return True
        return False

    def want(self, sign: str) -> None:
        if not self.taken(sign):
            self.fail(f"“{sign}” was expected")

    def either(self) -> Query:
        parts = [self.both()]
        while self.taken("||", "or"):
            parts.append(self.both())
        return any_of(parts)

    def both(self) -> Query:
        parts = [self.unary()]
        while self.taken("&&", "and"):
            parts.append(self.unary())
        return all_of(parts)

    def unary(self) -> Query:
        self._depth += 1
        if self._depth > MAX_NESTING:
            self.fail("it is nested too deeply")
        try:
            if self.taken("!", "not"):
                return none_of(self.unary())
            if self.taken("("):
                query = self.either()
                self.want(")")
                return query
            return self.comparison()
        finally:
            self._depth -= 1

    def comparison(self) -> Query:
        left = self.operand()
        if isinstance(left, dict):  # a call that was a whole test
            return left
        token = self.take()
        word = token.word
        if word in _COMPARE:
            operator = "$ne" if word == "is" and self.taken("not") else _COMPARE[word]
            return self.compared(left, operator)
        if word == "in" or (word == "not" and self.taken("in")):
            return self.within(left, "$nin" if word == "not" else "$in")
        if word == "exists":
            return {self.field(left): {"$exists": True}}
        if word in ("contains", "matches", "=~", "startswith", "endswith", "!~"):
            test = self.text_test(left, _TEXT_TESTS["=~" if word == "!~" else word], self.operand())
            return none_of(test) if word == "!~" else test
        self._at -= token.kind != "end"
        return self.alone(left)

    def compared(self, left: Any, operator: str) -> Query:
        right = self.operand()
        if isinstance(right, _Field) and not isinstance(left, _Field):
            left, right, operator = right, left, _MIRRORED[operator]
        if isinstance(right, _Field | _Pattern | list | dict):
            self.fail("after the comparison comes a text in quotes, a number, true, false or null")
        if right is None and operator in ("$eq", "$ne"):
            return null_test(self.field(left), is_null=operator == "$eq")
        return {self.field(left): {operator: right}}

    def within(self, left: Any, operator: str) -> Query:
        right = self.operand()
        if isinstance(left, str) and isinstance(right, _Field) and operator == "$in":
            return self.text_test(right, "contains", left)
        if not isinstance(right, list):
            self.fail("“in” wants a list such as ['DE', 'FR']")
        return {self.field(left): {operator: right}}

    def alone(self, left: Any) -> Query:
        """A field by itself holds where it says something: there, and not false, null, 0 or empty."""
        field = self.field(left)
        if field.startswith("request.has_") or field == "request.stream":
            return {field: {"$eq": True}}
        return {field: {"$exists": True, "$nin": [False, None, 0, ""]}}

    def field(self, operand: Any) -> str:
        if not isinstance(operand, _Field):
            self.fail("a field such as metadata.plan was expected")
        return operand.name

    def operand(self) -> Any:
        token = self.take()
        if token.kind == "string":
            return self.called(_unquoted(token.text))
        if token.kind == "number":
            digits = token.text.replace("_", "")
            return float(digits) if "." in digits else int(digits)
        if token.kind == "pattern":
            source, _, options = token.text[1:].rpartition("/")
            return self.called(_Pattern(source.replace("\\/", "/"), options))
        if token.text == "[":
            return self.called(self.values())
        if token.kind == "name":
            if token.word in _CONSTANTS:
                return _CONSTANTS[token.word]
            return self.path(token)
        self._at -= token.kind != "end"
        return self.fail("a field or a value was expected")

    def values(self) -> list[Any]:
        found: list[Any] = []
        while not self.taken("]"):
            value = self.operand()
            if isinstance(value, _Field | _Pattern | list | dict):
                self.fail("a list holds texts and numbers")
            found.append(value)
            if not self.taken(",") and self.next.text != "]":
                self.fail("“,” or “]” was expected")
        return found

    def path(self, first: _Token) -> Any:
        if first.word in _EXISTS and self.taken("("):
            field = self.field(self.operand())
            self.want(")")
            return {field: {"$exists": True}}
        parts = [first.text]
        while True:
            if self.taken("["):
                step = self.take()
                if step.kind not in ("string", "number"):
                    self.fail("a name or an index was expected in [ ]")
                parts.append(_unquoted(step.text) if step.kind == "string" else step.text)
                self.want("]")
            elif self.taken(".", "?."):
                step = self.take()
                if step.kind not in ("name", "number"):
                    self.fail("a name was expected after “.”")
                if self.taken("("):
                    if step.word != "get":
                        return self.call(_Field(tuple(parts)), step)
                    parts.append(str(self.operand()))
                    self.want(")")
                elif step.word == "length":
                    self.fail("a length cannot be tested")
                else:
                    parts.append(step.text)
            else:
                return _Field(tuple(parts))

    def called(self, value: Any) -> Any:
        """A method of a value: `['a', 'b'].includes(field)`, `/x/.test(field)`."""
        if not self.taken("."):
            return value
        method = self.take()
        self.want("(")
        return self.call(value, method)

    def call(self, left: Any, method: _Token) -> Query:
        argument = self.operand()
        self.want(")")
        name = _TEXT_TESTS.get(method.word)
        if isinstance(left, list) and name == "contains":
            return {self.field(argument): {"$in": left}}
        if name is None:
            return self.fail(f"“{method.text}()” is not known")
        if isinstance(left, _Pattern):
            left, argument = argument, left
        return self.text_test(left, name, argument)

    def text_test(self, left: Any, name: str, argument: Any) -> Query:
        if isinstance(argument, _Pattern):
            return {self.field(left): text_test("matches", argument.source, argument.options)}
        if not isinstance(argument, str):
            self.fail("a text was expected")
        return {self.field(left): text_test(name, argument)}


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise RouteError(
                f"“{_short(text)}” cannot be read as a condition: “{text[at]}” at character {at + 1} means nothing here."
            )
        found.append(_Token(match.lastgroup or "", match[0], at))
        at = match.end()
    return [*found, _Token("end", "the end", len(text))]


_ESCAPES: Mapping[str, str] = {"n": "\n", "t": "\t", "r": "\r"}


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
