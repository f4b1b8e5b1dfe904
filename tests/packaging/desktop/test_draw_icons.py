"""packaging/desktop/draw_icons.py: the icons that are kept are those that the drawing gives."""

from __future__ import annotations

import pytest
from desktop.draw_icons import HERE, draw
from desktop.share import SIZES


@pytest.mark.parametrize("size", SIZES)
def test_the_icon_shows_the_drawing(size: int, qapp: object) -> None:
    from PySide6.QtGui import QImage

    kept, drawn = QImage(str(HERE / "icons" / f"{size}.png")), draw(size)
    assert kept.size() == drawn.size()
    kept = kept.convertToFormat(drawn.format())
    # Edges may be smoothed a little otherwise by another Qt.
    assert _difference(kept, drawn) < 2


def _difference(one: object, other: object) -> float:
    """Mean over all bytes of all pixels."""
    from PySide6.QtGui import QImage

    assert isinstance(one, QImage)
    assert isinstance(other, QImage)
    pairs = zip(bytes(one.constBits()), bytes(other.constBits()), strict=True)
    return sum(abs(a - b) for a, b in pairs) / one.sizeInBytes()
