"""A string that does not print itself."""

from __future__ import annotations

MASK = "••••"


class Secret:
    """Holds a token or key. `repr`, `str`, formatting and pickling never show it; only `reveal()` does.

    Only the code that builds a header, or hands the value to the keychain or a child process, calls `reveal()`.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> str:
        raise TypeError("a Secret is never pickled")
