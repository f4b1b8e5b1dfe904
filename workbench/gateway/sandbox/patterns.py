"""Text that matches a regular expression: literals, classes, groups, alternatives and counts."""

from __future__ import annotations

import re
import string
from random import Random

from workbench.gateway.sandbox.schemas import Unsatisfiable, found

_WORD = string.ascii_lowercase + string.digits
_CLASSES = {"d": string.digits, "w": _WORD, "s": " ", "D": string.ascii_lowercase, "W": "-", "S": _WORD}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_COUNT = re.compile(r"\{(\d+)(,(\d*))?\}")
_ANY = string.ascii_lowercase
_PRINTABLE = string.ascii_letters + string.digits + "-_ .,:;/+#@!%&=~"
_MANY = 3
"""How many more than the least an open-ended count gives."""
_MOST_ATOMS = 20_000
_DEEPEST = 50
"""How much a pattern may ask for, in characters and in groups within groups."""


def matching(pattern: str, dice: Random) -> str:
    """A text that `re.search(pattern, …)` finds; raises Unsatisfiable for what this small reader does not know."""
    maker = _Maker(pattern, dice)
    text = maker.alternatives()
    if not maker.done or not found(pattern, text):
        raise Unsatisfiable(f"pattern {pattern}")
    return text


class _Maker:
    """Reads a pattern from left to right and makes a matching text as it goes."""

    def __init__(self, pattern: str, dice: Random) -> None:
        self._pattern = pattern
        self._at = 0
        self._dice = dice
        self._atoms = 0
        self._depth = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._pattern)

    def alternatives(self) -> str:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return self._dice.choice(options)

    def _sequence(self) -> str:
        pieces = []
        while not self.done and self._pattern[self._at] not in "|)":
            start = self._at
            piece = self._atom()
            end = self._at
            least, most = self._counts()
            times = self._dice.randint(least, most)
            if times != 1:
                piece = "".join(self._again(start, end) for _ in range(times))
            pieces.append(piece)
        return "".join(pieces)

    def _again(self, start: int, end: int) -> str:
        """One more text for the atom that stands between start and end."""
        after = self._at
        self._at = start
        piece = self._atom()
        assert self._at == end
        self._at = after
        return piece

    def _counts(self) -> tuple[int, int]:
        least, most = 1, 1
        if self._take("*"):
            least, most = 0, _MANY
        elif self._take("+"):
            least, most = 1, 1 + _MANY
        elif self._take("?"):
            least, most = 0, 1
        elif match := _COUNT.match(self._pattern, self._at):
            self._at = match.end()
            least = int(match[1])
            most = least if match[2] is None else (int(match[3]) if match[3] else least + _MANY)
        else:
            return 1, 1
        self._take("?")
        return least, most

    def _atom(self) -> str:
        char = self._pattern[self._at]
        self._at += 1
        self._atoms += 1
        if self._atoms > _MOST_ATOMS:
            raise Unsatisfiable(f"pattern {self._pattern[:200]}: it asks for too much")
        match char:
            case "^" | "$":
                return ""
            case ".":
                return self._dice.choice(_ANY)
            case "[":
                return self._dice.choice(self._set())
            case "(":
                return self._group()
            case "\\":
                return self._escape()
        return char

    def _group(self) -> str:
        if self._take("?"):
            if self._take("P<") or self._take("<"):
                self._at = self._pattern.find(">", self._at) + 1 or len(self._pattern)
            elif not self._take(":"):
                raise Unsatisfiable(f"pattern {self._pattern}: look-around is not supported")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unsatisfiable("a pattern has groups too deep in groups")
        text = self.alternatives()
        self._depth -= 1
        if not self._take(")"):
            raise Unsatisfiable(f"pattern {self._pattern}: a group is not closed")
        return text

    def _escape(self) -> str:
        if self.done:
            raise Unsatisfiable(f"pattern {self._pattern}: it ends in a backslash")
        char = self._pattern[self._at]
        self._at += 1
        if char in _CLASSES:
            return self._dice.choice(_CLASSES[char])
        if char in "bBAZ":
            return ""
        if char.isalnum() and char not in _ESCAPES:
            raise Unsatisfiable(f"pattern {self._pattern}: \\{char} is not supported")
        return _ESCAPES.get(char, char)

    def _set(self) -> str:
        """The characters of a class such as `[a-z_]` or `[^0-9]`."""
        negated = self._take("^")
        chars: list[str] = []
        first = True
        while not self.done and (first or self._pattern[self._at] != "]"):
            first = False
            low = self._set_member()
            if (
                len(low) == 1
                and self._pattern[self._at : self._at + 1] == "-"
                and self._pattern[self._at + 1 : self._at + 2] not in ("", "]")
            ):
                self._at += 1
                high = self._set_member()
                chars += [chr(code) for code in range(ord(low), min(ord(high[-1]), ord(low) + 200) + 1)]
            else:
                chars += low
        self._take("]")
        if negated:
            chars = [char for char in _PRINTABLE if char not in chars]
        if not chars:
            raise Unsatisfiable(f"pattern {self._pattern}: an empty class")
        return "".join(chars)

    def _set_member(self) -> str:
        char = self._pattern[self._at]
        self._at += 1
        if char != "\\" or self.done:
            return char
        char = self._pattern[self._at]
        self._at += 1
        return _CLASSES.get(char) or _ESCAPES.get(char, char)

    def _take(self, text: str) -> bool:
        if self._pattern.startswith(text, self._at):
            self._at += len(text)
            return True
        return False
