"""Pictures are read by another library than wrote them."""

from __future__ import annotations

from PySide6.QtGui import QImage

from workbench.services.embeddings.report.png import data_uri, indexed_png, rgba_png


def test_an_indexed_picture_has_the_colours_of_its_palette() -> None:
    made = QImage.fromData(
        indexed_png(3, 2, bytes([0, 1, 2, 2, 1, 0]), [(255, 0, 0), (0, 255, 0), (0, 0, 255)])
    )
    assert (made.width(), made.height()) == (3, 2)
    rows = [[made.pixelColor(x, y).name() for x in range(3)] for y in range(2)]
    assert rows == [["#ff0000", "#00ff00", "#0000ff"], ["#0000ff", "#00ff00", "#ff0000"]]


def test_a_picture_has_its_colours_and_their_opacity() -> None:
    made = QImage.fromData(rgba_png(2, 1, bytes([1, 2, 3, 255, 200, 100, 50, 128])))
    left, right = made.pixelColor(0, 0), made.pixelColor(1, 0)
    assert (left.red(), left.green(), left.blue(), left.alpha()) == (1, 2, 3, 255)
    assert (right.red(), right.green(), right.blue(), right.alpha()) == (200, 100, 50, 128)


def test_it_stands_within_a_page() -> None:
    assert data_uri(b"\x89PNG").startswith("data:image/png;base64,iVBO")
