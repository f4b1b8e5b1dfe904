"""What a failed answer says of itself, out of whatever shape it says it in, for the row it leaves."""

from __future__ import annotations

from workbench.client.complaints import complaint_in

LONGEST = 300
MAX_READ = 256 * 1024
_NO_CODES: frozenset[int] = frozenset()


def words_in(body: bytes) -> str:
    """One line; "" where there is nothing to read, or far more than an error says."""
    if not body or len(body) > MAX_READ:
        return ""
    try:
        message = complaint_in(body, _NO_CODES).message
    except RecursionError:  # brackets in brackets without an end
        return ""
    words = "".join(one if one.isprintable() else " " for one in message)
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
