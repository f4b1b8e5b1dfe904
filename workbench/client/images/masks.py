"""A mask as OpenAI wants it: what is to be painted anew is see-through, where ours is white."""

from __future__ import annotations

from workbench.domain.errors import InvalidInput
from workbench.domain.images import pngs


def see_through(mask: bytes) -> bytes:
    """A PNG of the same size that is transparent where this one is white; greys in between. Raises InvalidInput.

    A real channel, not a transparent colour, for that is what servers look for. CPU work: use a thread.
    """
    try:
        seen = pngs.decode(mask)
    except pngs.Unreadable as wrong:
        raise InvalidInput(
            "The mask cannot be sent to this model.",
            field="mask",
            why=f"It has to be sent as a PNG of another kind, and what it is now cannot be read: {wrong}.",
            fix="Paint the mask anew, or use a smaller picture.",
        ) from wrong
    return pngs.encode_veil(seen.width, [row[::3] for row in seen.rows])
