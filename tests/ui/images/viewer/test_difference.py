from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from tests.ui.pictures import image
from workbench.ui.images.viewer.difference import GAIN, difference


def test_equal_pictures_do_not_differ(qapp: QApplication) -> None:
    found = difference(image(), image())
    assert (found.share, found.largest, found.stretched) == (0, 0, False)


def test_one_pixel_is_found_and_made_visible(qapp: QApplication) -> None:
    one, other = image(10, 10, "#000000"), image(10, 10, "#000000")
    other.setPixelColor(9, 9, QColor(0, 3, 0))
    found = difference(one, other)
    assert found.share == pytest.approx(1 / 100)
    assert found.largest == 3
    assert found.image.pixelColor(9, 9).green() == 3 * GAIN
    assert found.image.pixelColor(5, 5) == QColor("black")


def test_a_tall_picture_is_counted_in_full(qapp: QApplication) -> None:
    one = QImage(3, 700, QImage.Format.Format_RGB32)
    one.fill(QColor("black"))
    other = one.copy()
    for y in (0, 255, 256, 699):
        other.setPixelColor(1, y, QColor("white"))
    found = difference(one, other)
    assert found.share == pytest.approx(4 / 2100)
    assert found.largest == 255


def test_another_size_is_fitted_and_told(qapp: QApplication) -> None:
    found = difference(image(64, 48), image(128, 96))
    assert found.stretched
    assert found.image.size() == image(64, 48).size()


def test_transparency_counts_as_white(qapp: QApplication) -> None:
    clear = image(8, 8, alpha=True)
    white = image(8, 8, "#ffffff")
    assert difference(clear, white).largest == 0
