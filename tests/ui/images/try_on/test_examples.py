from __future__ import annotations

from PySide6.QtWidgets import QApplication

from workbench.domain.images.formats import PNG, picture_type, size_of
from workbench.ui.images.try_on.examples import SIZE, examples


def test_each_example_is_two_different_drawings(qapp: QApplication) -> None:
    outfits = set()
    for example in examples():
        person, outfit = example.photos()
        assert picture_type(person) == picture_type(outfit) == PNG
        assert size_of(person) == size_of(outfit) == SIZE.toTuple()
        assert person != outfit
        outfits.add(outfit)
    assert len(outfits) == len(examples())
