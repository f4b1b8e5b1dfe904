"""Draws icons/*.png from resources/icons/app.svg, for whoever changes that: .venv/bin/python packaging/desktop/draw_icons.py

The one file here that needs more than the standard library, and no build runs it: a test compares the pictures with the drawing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

HERE = Path(__file__).resolve().parent
DRAWING = HERE.parent.parent / "resources" / "icons" / "app.svg"


def draw(size: int) -> QImage:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    return image


def main() -> int:
    from PySide6.QtGui import QGuiApplication

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv[:1])
    for path in sorted((HERE / "icons").glob("*.png")):
        draw(int(path.stem)).save(str(path))
    del application
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
